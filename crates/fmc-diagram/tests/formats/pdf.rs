use crate::sample;
use fmc_diagram::formats::pdf;
use fmc_diagram::scene::Scene;
use lopdf::{Document, Object};

fn write(scene: &Scene) -> (Vec<u8>, Document) {
    let data = pdf::write(scene).expect("every scene has a page");
    let document = Document::load_mem(&data).expect("what was written can be read");
    (data, document)
}

/// Every link's address.
fn addresses(document: &Document) -> Vec<String> {
    let objects = document.objects.values().filter_map(|it| it.as_dict().ok());
    let actions = objects.filter_map(|it| it.get(b"A").ok()?.as_dict().ok());
    let addresses = actions.filter_map(|it| it.get(b"URI").ok()?.as_str().ok());
    addresses.map(|it| String::from_utf8_lossy(it).into_owned()).collect()
}

#[test]
fn one_page_of_the_size_of_the_sheet_holds_every_text() {
    let scene = sample::everything();
    let (data, document) = write(&scene);
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/everything.pdf"), &data).unwrap();
    let pages = document.get_pages();
    assert_eq!(pages.len(), 1);
    let page = document.get_dictionary(pages[&1]).unwrap();
    let box_ = page.get(b"MediaBox").unwrap().as_array().unwrap();
    let side = |index: usize| box_[index].as_float().unwrap();
    assert_eq!((side(2), side(3)), (780.0, 570.0));

    let text = document.extract_text(&[1]).unwrap();
    for line in ["VPS (IP Pública)", "198.51.100.10", "kubelet ×2", "Infraestructura Global"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn it_says_what_it_is_called_and_in_which_language() {
    let (_, document) = write(&sample::everything());
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"es");
    let marked = catalog.get(b"MarkInfo").unwrap().as_dict().unwrap();
    assert_eq!(marked.get(b"Marked").unwrap(), &Object::Boolean(true));
    let info = document.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let info = document.get_dictionary(info).unwrap();
    let title = lopdf::decode_text_string(info.get(b"Title").unwrap()).unwrap();
    assert_eq!(title, "FlatcarMicroCloud - Infraestructura Global");
    assert!(!info.has(b"CreationDate"));
}

#[test]
fn links_lead_to_the_web_and_nowhere_else() {
    let (_, document) = write(&sample::everything());
    assert_eq!(addresses(&document), ["https://kubernetes.io/docs/?a=1&b=2"]);
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let scene = sample::everything();
    assert_eq!(pdf::write(&scene), pdf::write(&scene));
}

#[test]
fn a_sheet_of_any_size_has_a_page() {
    for (width, height) in [(0.0, 0.0), (1e6, 10.0), (1e9, 1e9)] {
        let (_, document) = write(&Scene { width, height, ..Scene::default() });
        assert_eq!(document.get_pages().len(), 1, "{width} × {height}");
    }
}
