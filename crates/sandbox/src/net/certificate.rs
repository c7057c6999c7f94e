//! The certificate under which the sandbox speaks HTTPS, and the authority that vouches for it.
//!
//! Both are made when it starts and are in memory only. The authority's key signs one certificate
//! and is dropped, so nobody can have another signed. Whoever goes on trusting the authority risks
//! nothing: it expires in days, and vouches for no host but those that are played here.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CidrSubnet, DnType, DnValue,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

use crate::hosts::{FORMER_HOSTS, HOSTS};

/// How long a certificate is good. Longer than a rehearsal takes, shorter than anybody remembers
/// what they trusted for it.
const DAYS: i64 = 7;

/// What each side is offered, the better one first.
const PROTOCOLS: [&str; 2] = ["h2", "http/1.1"];

/// What it takes to speak HTTPS.
pub(crate) struct Secured {
    /// Does the handshakes.
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate of the authority, in PEM: what a client has to trust.
    pub(crate) authority: String,
}

impl Secured {
    /// Makes an authority and has it sign a certificate for every host that is played, and for
    /// this machine.
    pub(crate) fn new(listen: IpAddr, now: Timestamp) -> io::Result<Self> {
        let names = names(listen);
        let authority = Authority::new(&names, now).map_err(io::Error::other)?;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = authority.sign(&names, now, &key);
        let certificate = certificate.map_err(io::Error::other)?;
        Ok(Self {
            acceptor: acceptor(certificate, &key).map_err(io::Error::other)?,
            authority: authority.certificate.pem(),
        })
    }
}

fn acceptor(certificate: Certificate, key: &KeyPair) -> Result<TlsAcceptor, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key.into())?;
    config.alpn_protocols = PROTOCOLS.map(|name| name.as_bytes().to_vec()).into();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Whom a certificate is for. `*` is one label.
fn names(listen: IpAddr) -> BTreeSet<String> {
    let here = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let here = here.iter().chain([&listen]).map(IpAddr::to_string);
    let named = ["localhost"].into_iter().chain(HOSTS).chain(FORMER_HOSTS);
    here.chain(named.map(str::to_owned)).collect()
}

struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(names: &BTreeSet<String>, now: Timestamp) -> Result<Self, rcgen::Error> {
        let mut params = params([], now)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: names.iter().map(|name| subtree(name)).collect(),
            excluded_subtrees: Vec::new(),
        });
        let key = KeyPair::generate()?;
        Ok(Self {
            certificate: params.self_signed(&key)?,
            issuer: Issuer::new(params, key),
        })
    }

    fn sign(
        &self,
        names: &BTreeSet<String>,
        now: Timestamp,
        key: &KeyPair,
    ) -> Result<Certificate, rcgen::Error> {
        let mut params = params(names.iter().cloned(), now)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.signed_by(key, &self.issuer)
    }
}

/// What both certificates have in common.
fn params(
    names: impl IntoIterator<Item = String>,
    now: Timestamp,
) -> Result<CertificateParams, rcgen::Error> {
    let midnight = |days: i64| {
        let at = now + SignedDuration::from_hours(24 * days);
        let date = at.to_zoned(TimeZone::UTC).date();
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        date_time_ymd(date.year().into(), month, day)
    };
    let names: Vec<String> = names.into_iter().collect();
    let is_authority = names.is_empty();
    let mut params = CertificateParams::new(names)?;
    // A clock in a container may be behind the one out here.
    params.not_before = midnight(-1);
    params.not_after = midnight(DAYS + 1);
    // Issuer and subject must not be of one name, or the certificate would pass for self-signed.
    let name = if is_authority {
        "orgctl sandbox authority"
    } else {
        "orgctl sandbox"
    };
    let name = DnValue::Utf8String(name.to_owned());
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// The part of the world that the authority may vouch for: a host, or all below it.
fn subtree(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(ip) => {
            let bits = if ip.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, bits))
        }
        Err(_) => GeneralSubtree::DnsName(name.trim_start_matches("*.").to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{ServerName, UnixTime};
    use rustls::{Error, RootCertStore};

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn here() -> BTreeSet<String> {
        names(Ipv4Addr::new(127, 9, 9, 9).into())
    }

    /// What a client that trusts the authority makes of a certificate for these names.
    fn verdict(signed: &BTreeSet<String>, asked: &str, after_hours: i64) -> Result<(), Error> {
        let authority = Authority::new(&here(), NOW).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = authority.sign(signed, NOW, &key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.der().clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let client = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let client = client.build().unwrap();
        let name = ServerName::try_from(asked).unwrap();
        let now = NOW.as_second() + after_hours * 3600;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now.try_into().unwrap()));
        client
            .verify_server_cert(certificate.der(), &[], &name, &[], now)
            .map(|_| ())
    }

    #[test]
    fn it_is_good_for_a_week_and_not_for_a_month() {
        for (after_hours, is_good) in [
            (-49, false),
            (-23, true),
            (0, true),
            (24 * DAYS, true),
            (24 * (DAYS + 2), false),
        ] {
            let verdict = verdict(&here(), "dev.azure.com", after_hours);
            assert_eq!(verdict.is_ok(), is_good, "{after_hours} hours: {verdict:?}");
        }
    }

    #[test]
    fn the_authority_vouches_for_no_other_host() {
        for name in ["www.example.com", "azure.com", "10.0.0.1", "::2"] {
            let signed = BTreeSet::from([name.to_owned()]);
            let verdict = format!("{:?}", verdict(&signed, name, 0));
            assert!(
                verdict.contains("NameConstraintViolation"),
                "{name}: {verdict}"
            );
        }
    }

    #[test]
    fn every_name_that_is_played_is_covered() {
        let more = ["contoso.visualstudio.com", "contoso.vssps.visualstudio.com"];
        let more = more
            .into_iter()
            .chain(["aexprodcus1.vsaex.visualstudio.com"]);
        let here = here();
        let plain = here
            .iter()
            .map(String::as_str)
            .filter(|name| !name.contains('*'));
        for name in plain.chain(more) {
            assert_eq!(verdict(&here, name, 0), Ok(()), "{name}");
        }
    }
}
