//! Documents that are nothing but values of secrets: PEM files of keys and certificates, and files
//! that hold one password.

use crate::{Cause, Printed, Secret, Value};

/// Values of secrets, one below the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Keys {
    /// Whose values, in the order of the file.
    pub secrets: Vec<Secret>,
    /// Whether nothing but them may be in the file. Readers of PEM pass over text before the first
    /// `BEGIN` ([RFC 7468 §2](https://www.rfc-editor.org/rfc/rfc7468#section-2)), so such files have a
    /// header; who reads a password takes all that is there.
    pub bare: bool,
}

impl Keys {
    /// Keys and certificates in PEM, under a header.
    pub fn pem(secrets: impl IntoIterator<Item = Secret>) -> Self {
        Self { secrets: secrets.into_iter().collect(), bare: false }
    }

    /// One value and nothing else.
    pub fn bare(secret: Secret) -> Self {
        Self { secrets: vec![secret], bare: true }
    }

    pub(crate) fn print(&self, out: &mut Printed, cause: &Cause) {
        for secret in &self.secrets {
            out.line(0, cause, |line| line.value(&Value::Secret(secret.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Place, SecretKind};

    #[test]
    fn a_value_of_several_lines_is_put_in_whole_under_the_header_or_alone() {
        let cause = Cause::new(Place::default(), "test");
        let key = Secret::private(SecretKind::SigningKey, "a");
        let public = Secret::public(SecretKind::SigningKey, "a");
        let value = |it: &Secret| Some(format!("BEGIN\n{}\nEND", it.part.label()));
        let header = ["made".to_owned()];
        let pem = Document::from(Keys::pem([public, key.clone()])).print(&header, &cause);
        let expected = "# made\nBEGIN\npublic\nEND\nBEGIN\nprivate\nEND\n";
        assert_eq!(pem.fill(value).as_deref(), Ok(expected));
        assert!(pem.is_secret());
        let bare = Document::from(Keys::bare(key)).print(&header, &cause);
        assert_eq!(bare.fill(|_| Some("word".to_owned())).as_deref(), Ok("word\n"));
        assert_eq!(bare.causes().len(), 1);
    }
}
