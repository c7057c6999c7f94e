//! Many applies at once: one wins, the others learn who did, and nothing is lost.

use std::fs;
use std::process::{Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::project::{Project, full_or};
use crate::support::served::Served;

/// How many applies there are: more than two make a laptop slow.
fn applies() -> usize {
    full_or(22, 2)
}

const LOCK: &str = "org.state.json.lock";

fn start(project: &Project, served: &Served, arguments: &[&str]) -> Child {
    let mut command = project.command_at(served.endpoint(), arguments);
    let command = command.env("USER", "ana").stdout(Stdio::piped());
    command.stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until all but one have ended.
fn all_but_one(mut children: Vec<Child>) -> (Child, Vec<Output>) {
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut ended = Vec::new();
    while children.len() > 1 {
        assert!(Instant::now() < deadline, "{} are at work", children.len());
        let mut left = Vec::new();
        for mut child in children {
            match child.try_wait().unwrap() {
                Some(_) => ended.push(child.wait_with_output().unwrap()),
                None => left.push(child),
            }
        }
        children = left;
        thread::sleep(Duration::from_millis(10));
    }
    (children.pop().unwrap(), ended)
}

#[test]
fn one_wins_and_the_others_name_the_winner() {
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    let arguments = ["apply", "--auto-approve", "--wait", "120s"];
    let children = (0..applies()).map(|_| start(&project, &served, &arguments));
    // The winner stands at the gate meanwhile.
    let (winner, losers) = all_but_one(children.collect());
    let named = "org.state.json is locked by ana on ";
    let process = format!("(process {}), apply since 2", winner.id());
    for loser in &losers {
        let told = String::from_utf8_lossy(&loser.stderr);
        let told = told.replace('│', " ");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(loser.status.code(), Some(5), "{told}");
        assert!(told.contains(named) && told.contains(&process), "{told}");
        assert!(
            told.contains("wait until the other run has ended"),
            "{told}"
        );
    }
    served.press_connect();
    let run = project.ended(winner.wait_with_output().unwrap()).expect(0);
    assert!(run.stdout.contains("No changes."), "{}", run.stdout);
    let letters = served.letters();
    assert_eq!(letters.len(), 1, "nobody is invited twice");
}

#[test]
fn whatever_order_they_come_in_no_update_is_lost() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    let arguments = ["apply", "--auto-approve"];
    let children: Vec<Child> = (0..applies())
        .map(|_| start(&project, &served, &arguments))
        .collect();
    let ended = children.into_iter().map(Child::wait_with_output);
    let codes: Vec<_> = ended.map(|it| it.unwrap().status.code()).collect();
    assert!(codes.contains(&Some(0)), "{codes:?}");
    assert!(
        codes.iter().all(|code| matches!(code, Some(0 | 5))),
        "{codes:?}"
    );
    let run = project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
    assert!(run.stdout.contains("No changes."), "{}", run.stdout);
    // Everything that org.toml wants is on record: nothing would be taken over anew.
    assert!(!run.stdout.contains("adopt"), "{}", run.stdout);
}

#[test]
fn what_a_killed_process_left_is_cleared_away_by_its_id() {
    let project = Project::of_example("minimal");
    let served = Served::start(&project);
    let arguments = ["apply", "--auto-approve", "--wait", "120s"];
    let mut child = start(&project, &served, &arguments);
    served.wait_for("/invitations");
    let text = fs::read_to_string(project.path(LOCK)).unwrap();
    let holder: serde_json::Value = serde_json::from_str(&text).unwrap();
    let id = holder["id"].as_str().unwrap();
    let run = project.run(&["state", "unlock", id]).expect(5);
    assert!(run.stderr.contains("is locked by ana"), "{}", run.stderr);
    child.kill().unwrap();
    child.wait().unwrap();
    let other = "00000000-0000-4000-8000-000000000001";
    let run = project.run(&["state", "unlock", other]).expect(5);
    assert!(run.stderr.contains("has another id"), "{}", run.stderr);
    assert!(run.stderr.contains(id), "{}", run.stderr);
    let run = project.run(&["state", "unlock", id]).expect(0);
    assert!(run.stderr.contains("The lock of ana"), "{}", run.stderr);
    project.run(&["state", "unlock", id]).expect(1);
}
