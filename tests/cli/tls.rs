//! `orgctl sandbox serve --tls`, and orgctl as its client.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::project::{Project, full_or};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];
const AUTHORITY: &str = ".orgctl/sandbox-ca.pem";

/// Far less than what repeating a request takes.
const AT_ONCE: Duration = Duration::from_secs(10);

#[test]
fn contoso_moves_over_https() {
    let project = Project::of_example("contoso");
    let served = Served::start_with(&project, &["--tls", "--set", "directory_page_max=7"]);
    assert!(served.endpoint().starts_with("https://127.0.0.1:"));
    let run = project.on(&served, &APPLY).expect(0);
    assert!(
        run.stdout.contains("45 added, 3 changed, 3 destroyed"),
        "{}",
        run.stdout
    );
    let end = "No changes. contoso is as org.toml says.";
    assert!(run.stdout.trim_end().ends_with(end), "{}", run.stdout);
    project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
}

#[test]
fn answers_that_are_lost_over_https_are_found_again() {
    let project = Project::of_example("contoso");
    let served = Served::start_with(&project, &["--tls"]);
    // Whether the last was carried out is certain after half a minute only, which a plain run saves.
    let rules = [
        "PATCH nth=2 drop=after",
        "POST invitations nth=3 drop=after",
        "GET nth=4 drop=before",
        "GET nth=11 drop=after",
        "PATCH nth=9 drop=before",
    ];
    let rules = &rules[..full_or(5, 4)];
    served.add_rules(rules);
    let run = project.on(&served, &APPLY);
    assert!(matches!(run.code, 0 | 6), "{}\n{}", run.stdout, run.stderr);
    let lost = served.requests();
    let lost = lost.iter().filter(|one| one.status.is_none());
    assert_eq!(lost.count(), rules.len());
    served.clear_faults();
    let run = project.on(&served, &APPLY).expect(0);
    let end = "No changes. contoso is as org.toml says.";
    assert!(run.stdout.trim_end().ends_with(end), "{}", run.stdout);
}

#[test]
fn no_key_is_on_disk() {
    let project = Project::of_example("minimal");
    let served = Served::start_with(&project, &["--tls"]);
    project.on(&served, &["plan"]).expect(0);
    let mut files = 0;
    for entry in fs::read_dir(project.path(".orgctl")).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains("PRIVATE KEY"), "{}", path.display());
        files += 1;
    }
    assert!(files > 2, "only {files} files");
    let authority = project.read(AUTHORITY);
    assert_eq!(
        authority.matches("BEGIN CERTIFICATE").count(),
        1,
        "{authority}"
    );
    drop(served);
    // A leftover does no harm, and goes with the rest.
    assert!(project.path(AUTHORITY).exists());
    project.run(&["sandbox", "reset"]).expect(0);
    assert!(!project.path(AUTHORITY).exists());
}

#[test]
fn the_certificate_of_another_run_is_refused_at_once() {
    let project = Project::of_example("minimal");
    let other = Project::of_example("minimal");
    let served = Served::start_with(&project, &["--tls"]);
    let stranger = Served::start_with(&other, &["--tls"]);
    let mut command = project.command_at(served.endpoint(), &["plan"]);
    command.env("SSL_CERT_FILE", stranger.certificate().unwrap());
    let started = Instant::now();
    let run = project.ended(command.output().unwrap()).expect(1);
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    for part in [
        served.endpoint(),
        "is not trusted",
        "help: set SSL_CERT_FILE to the file",
    ] {
        assert!(run.stderr.contains(part), "no {part:?} in\n{}", run.stderr);
    }
    assert!(served.requests().is_empty(), "{:?}", served.requests());
    project.on(&served, &["plan"]).expect(0);
}

#[test]
fn a_file_of_certificates_that_is_none_is_told() {
    let project = Project::of_example("minimal");
    fs::write(project.path("empty.pem"), "nothing\n").unwrap();
    for (file, why) in [
        ("nowhere.pem", "there is no file nowhere.pem"),
        ("empty.pem", "the file holds no"),
    ] {
        let mut command = project.command_at("https://127.0.0.1:9", &["plan"]);
        command.env("SSL_CERT_FILE", file);
        let run = project.ended(command.output().unwrap()).expect(3);
        for part in [why, "help: set SSL_CERT_FILE"] {
            assert!(run.stderr.contains(part), "no {part:?} in\n{}", run.stderr);
        }
    }
    // Plain HTTP has nothing to do with it.
    let served = Served::start(&project);
    let mut command = project.command_at(served.endpoint(), &["plan"]);
    command.env("SSL_CERT_FILE", "nowhere.pem");
    project.ended(command.output().unwrap()).expect(0);
}

#[test]
fn plain_http_to_the_port_of_https_is_told_the_address() {
    let project = Project::of_example("minimal");
    let served = Served::start_with(&project, &["--tls"]);
    let plain = served.endpoint().replace("https://", "http://");
    let started = Instant::now();
    let run = project.at(&plain, &["plan"]).expect(1);
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    for part in ["This sandbox speaks HTTPS", served.endpoint()] {
        assert!(run.stderr.contains(part), "no {part:?} in\n{}", run.stderr);
    }
    project.on(&served, &["plan"]).expect(0);
}

#[test]
fn what_a_shell_and_other_clients_need_is_printed() {
    let project = Project::of_example("minimal");
    let folder = project.path("it's here");
    fs::create_dir(&folder).unwrap();
    fs::copy(project.path("live.json"), folder.join("live.json")).unwrap();
    let mut child = project
        .command()
        .args(["-C", "it's here", "sandbox", "serve", "--seed", "live.json"])
        .args(["--tls", "--host-routing"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines: Vec<String> = lines.by_ref().take(15).map(Result::unwrap).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let address = lines[0].strip_prefix("https://").unwrap();
    assert_eq!(
        lines[1],
        format!("export ORGCTL_ENDPOINT=https://{address}")
    );
    for line in [
        "# export REQUESTS_CA_BUNDLE=\"$SSL_CERT_FILE\"".to_owned(),
        "# export NODE_EXTRA_CA_CERTS=\"$SSL_CERT_FILE\"".to_owned(),
        format!("# graph.microsoft.com:443:{address}"),
        format!("# 169.254.169.254:80:{address}"),
    ] {
        assert!(lines.contains(&line), "no {line} in {lines:#?}");
    }
    // The line does in a shell what it is for.
    let line = lines
        .iter()
        .find(|line| line.starts_with("export SSL_CERT_FILE="));
    let script = format!("{}; cat \"$SSL_CERT_FILE\"", line.unwrap());
    let shown = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .unwrap();
    let written = fs::read(folder.join(AUTHORITY)).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&shown.stdout),
        String::from_utf8_lossy(&written)
    );
}
