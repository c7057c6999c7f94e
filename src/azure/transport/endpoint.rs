//! The endpoint rule: `https://HOST/PATH` is sent to `{endpoint}/HOST/PATH` when one is set, and an
//! endpoint is on this machine.

use url::{Host as UrlHost, Url};

use crate::azure::settings::SetupError;

/// A loopback URL that stands in for every host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    // Without a slash at its end.
    base: String,
}

impl Endpoint {
    /// Takes what the user gave.
    pub(crate) fn parse(text: &str) -> Result<Self, SetupError> {
        let refused = |why| SetupError::Endpoint {
            text: text.to_owned(),
            why,
        };
        let url = Url::parse(text).map_err(|_| refused("it is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("it does not start with http:// or https://"));
        }
        let is_loopback = match url.host() {
            Some(UrlHost::Domain(name)) => name == "localhost",
            Some(UrlHost::Ipv4(ip)) => ip.is_loopback(),
            Some(UrlHost::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        if !is_loopback {
            return Err(refused("its host is not on this machine"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it holds a user name"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("it holds a query"));
        }
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// What the user gave, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.base
    }

    /// Whether it has a certificate.
    pub(crate) fn is_tls(&self) -> bool {
        self.base.starts_with("https:")
    }

    /// Where a request to `https://{host}{path}` goes.
    pub(crate) fn locate(&self, host: &str, path: &str) -> String {
        format!("{}/{host}{path}", self.base)
    }

    /// The path on `host` of a URL that this endpoint gave out; none if it leads elsewhere.
    pub(crate) fn path_on<'a>(&self, host: &str, url: &'a str) -> Option<&'a str> {
        let path = url
            .strip_prefix(&self.base)?
            .strip_prefix('/')?
            .strip_prefix(host)?;
        path.starts_with('/').then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_can_stand_in() {
        for text in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9:1",
            "http://[::1]:8080/",
            "http://localhost:8080/",
            "https://127.0.0.1:8443",
            "HTTPS://[::1]:8443",
        ] {
            assert!(Endpoint::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "127.0.0.1:80",
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "https://10.0.0.1",
            "https://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil@127.0.0.1",
            "http://127.0.0.1/?x=1",
            "ftp://127.0.0.1",
            "http://[::ffff:10.0.0.1]",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn knows_whether_it_has_a_certificate() {
        let is_tls = |text| Endpoint::parse(text).unwrap().is_tls();
        assert!(is_tls("HTTPS://localhost:8443/"));
        assert!(!is_tls("http://localhost:8443/https://"));
    }

    #[test]
    fn the_host_becomes_the_first_segment() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8080/").unwrap();
        assert_eq!(
            endpoint.locate("dev.azure.com", "/contoso?x=1"),
            "http://127.0.0.1:8080/dev.azure.com/contoso?x=1"
        );
    }

    #[test]
    fn knows_its_own_links() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8080").unwrap();
        let on = |url| endpoint.path_on("graph.microsoft.com", url);
        let own = "http://127.0.0.1:8080/graph.microsoft.com/v1.0/users?a=b";
        assert_eq!(on(own), Some("/v1.0/users?a=b"));
        assert_eq!(on("http://127.0.0.1:80800/graph.microsoft.com/v1.0"), None);
        assert_eq!(on("http://127.0.0.1:8080/dev.azure.com/x"), None);
        let longer = "http://127.0.0.1:8080/graph.microsoft.com.evil.example/x";
        assert_eq!(on(longer), None);
    }
}
