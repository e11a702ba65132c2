//! A real Chromium, driven over the `WebDriver` protocol. Without one the tests fail, and say what is
//! missing.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a page may take to get where it should: a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    /// What the driver says; it ends when nobody listens any more.
    _talk: BufReader<ChildStdout>,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts a browser.
    pub(crate) fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; `./setup --test` installs it (Debian: chromium-driver)");
        let mut talk = BufReader::new(driver.stdout.take().expect("a pipe"));
        let started = |line: &str| -> Option<u16> {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end().trim_end_matches('.').parse().ok()
        };
        let port = talk
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| started(&line))
            .expect("chromedriver says on which port it is");
        let mut browser = Self { driver, _talk: talk, port, session: String::new() };
        let mut options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--window-size=1500,950", "--force-color-profile=srgb",
        ] });
        // Debian's name; elsewhere chromedriver knows where its browser is.
        if Path::new("/usr/bin/chromium").exists() {
            options["binary"] = "/usr/bin/chromium".into();
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let session = browser.call("POST", "/session", &wanted);
        session["sessionId"].as_str().expect("a session").clone_into(&mut browser.session);
        browser
    }

    /// Opens a page, which is kept in the folder of the tests under this name.
    pub(crate) fn open(&self, name: &str, page: &str) {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("html");
        std::fs::write(&path, page).expect("the page is written");
        self.at("POST", "url", &json!({ "url": format!("file://{}", path.display()) }));
    }

    /// Runs a script in the page; what it returns comes back.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.at("POST", "execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until this expression of the page is so.
    pub(crate) fn wait(&self, expression: &str) {
        let start = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "it never came true: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Puts the mouse where this expression of the page says, as `[x, y]` in the window.
    pub(crate) fn point(&self, place: &str) {
        self.mouse(place, false);
    }

    /// Clicks there.
    pub(crate) fn click(&self, place: &str) {
        self.mouse(place, true);
    }

    fn mouse(&self, place: &str, click: bool) {
        let at = self.run(&format!("return ({place}).map(Math.round)"));
        let mut steps =
            vec![json!({ "type": "pointerMove", "duration": 0, "x": at[0], "y": at[1] })];
        if click {
            steps.push(json!({ "type": "pointerDown", "button": 0 }));
            steps.push(json!({ "type": "pointerUp", "button": 0 }));
        }
        self.act("pointer", &steps);
    }

    /// Presses keys one after the other, with these held down.
    pub(crate) fn press(&self, held: &str, keys: &str) {
        let step = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let mut steps: Vec<Value> = held.chars().map(|it| step("keyDown", it)).collect();
        steps.extend(keys.chars().flat_map(|it| [step("keyDown", it), step("keyUp", it)]));
        steps.extend(held.chars().rev().map(|it| step("keyUp", it)));
        self.act("key", &steps);
    }

    fn act(&self, kind: &str, steps: &[Value]) {
        let source = json!({ "type": kind, "id": kind, "actions": steps });
        self.at("POST", "actions", &json!({ "actions": [source] }));
    }

    /// Keeps what is seen as a picture in the folder of the tests, and gives its PNG.
    pub(crate) fn picture(&self, name: &str) -> Vec<u8> {
        use base64::Engine;
        let coded = self.at("GET", "screenshot", &Value::Null);
        let png = base64::engine::general_purpose::STANDARD
            .decode(coded.as_str().expect("a picture"))
            .expect("base64");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("png");
        std::fs::write(path, &png).expect("the picture is written");
        png
    }

    /// Shows the page as paper, or as a screen again.
    pub(crate) fn print(&self, paper: bool) {
        let media = if paper { "print" } else { "screen" };
        let words = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "media": media } });
        self.at("POST", "goog/cdp/execute", &words);
    }

    /// What the page complained about since it was asked last.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.at("POST", "se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().expect("a log").iter();
        entries.map(|it| it["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn at(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("/session/{}/{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream =
            TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).expect("chromedriver takes what is sent");
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("an answer");
            let line = line.trim().to_ascii_lowercase();
            if let Some(it) = line.strip_prefix("content-length:") {
                length = it.trim().parse().expect("a length");
            }
            if line.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).expect("the whole answer");
        let mut answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{method} {path}: {value:#}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A test that failed may have left no session; the driver then ends its browser itself.
        let ask = format!("/session/{}", self.session);
        if !self.session.is_empty() && !std::thread::panicking() {
            self.call("DELETE", &ask, &Value::Null);
        } else if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = write!(stream, "DELETE {ask} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
