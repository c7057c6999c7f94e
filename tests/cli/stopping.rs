//! Somebody asks apply to stop: by Ctrl-C or as the system does, in the middle, at the end, and while a
//! service wants to be left alone for half an hour.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, ExitStatus, Output};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::project::{Project, Run, interrupt, terminate};
use crate::support::served::Served;

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

/// Who is asked to stop and does not within this time waits for something.
const AT_ONCE: Duration = Duration::from_secs(15);

/// A program that is listened to.
struct Heard {
    child: Child,
    stderr: BufReader<ChildStderr>,
    text: String,
}

impl Heard {
    fn of(mut child: Child) -> Self {
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            stderr,
            text: String::new(),
        }
    }

    /// Listens until it has said something.
    fn until(&mut self, words: &str) {
        while !self.text.contains(words) {
            let read = self.stderr.read_line(&mut self.text).unwrap();
            assert_ne!(read, 0, "it ended without {words:?}:\n{}", self.text);
        }
    }

    /// Waits until it has ended, which it has to do at once.
    fn ended_at_once(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if begin.elapsed() > AT_ONCE {
                self.child.kill().unwrap();
                panic!("it did not stop:\n{}", self.text);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn ended(mut self, project: &Project) -> Run {
        self.ended_at_once();
        self.stderr.read_to_string(&mut self.text).unwrap();
        let output = self.child.wait_with_output().unwrap();
        project.ended(Output {
            stderr: self.text.into_bytes(),
            ..output
        })
    }
}

fn slow_connection(served: &Served, ms: u64) {
    let delay = json!({ "delay": { "ms": ms } });
    served.add_fault("PATCH", "organizations/me", &delay);
}

#[test]
fn the_first_request_of_the_system_drains_and_the_next_apply_goes_on() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    slow_connection(&served, 600);
    let child = project.start_on(&served, &APPLY);
    served.wait_for("/invitations");
    terminate(&child);
    let run = project.ended(child.wait_with_output().unwrap()).expect(6);
    let stopped = "Apply stopped: interrupted";
    assert!(run.stdout.contains(stopped), "{}", run.stdout);
    served.clear_faults();
    let run = project.on(&served, &APPLY).expect(0);
    assert!(!run.stderr.contains("cut short"), "{}", run.stderr);
}

#[test]
fn the_second_request_of_the_system_aborts() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    slow_connection(&served, 20_000);
    let mut heard = Heard::of(project.start_on(&served, &APPLY));
    // The last before the connection.
    heard.until("directory 13/13");
    // Until the request is on its way: it is logged only once it is answered.
    thread::sleep(Duration::from_secs(1));
    let begin = Instant::now();
    terminate(&heard.child);
    heard.until("Ctrl-C again aborts.");
    terminate(&heard.child);
    let run = heard.ended(&project);
    assert!(
        begin.elapsed() < AT_ONCE,
        "it waited for what was in flight"
    );
    let run = run.expect(6);
    assert!(run.stderr.contains("aborted"), "{}", run.stderr);
}

#[test]
fn who_asks_during_the_proof_is_told_that_everything_is_done() {
    let project = Project::of_example("guests-only");
    let served = Served::start(&project);
    let mut heard = Heard::of(project.start_on(&served, &APPLY));
    heard.until("access 1/");
    // Whatever is read from here on takes its time.
    served.add_fault("GET", "", &json!({ "delay": { "ms": 30_000 } }));
    heard.until("Reading everything again");
    let begin = Instant::now();
    interrupt(&heard.child);
    let run = heard.ended(&project).expect(6);
    assert!(begin.elapsed() < AT_ONCE, "{:?}", begin.elapsed());
    let words = "interrupted before everything was read again";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert!(run.stdout.contains("Apply complete:"), "{}", run.stdout);
    served.clear_faults();
    project
        .on(&served, &["plan", "--detailed-exitcode"])
        .expect(0);
}

#[test]
fn half_an_hour_is_told_and_not_waited_for_by_who_asks_to_stop() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.add_rules(&["POST invitations from=4 status=429 retry-after=1800"]);
    let mut heard = Heard::of(project.start_on(&served, &APPLY));
    heard.until("Microsoft Graph wants to be left alone until ");
    let text = &heard.text;
    assert!(text.contains(", for another 29 min 5"), "{text}");
    let begin = Instant::now();
    interrupt(&heard.child);
    let run = heard.ended(&project).expect(6);
    assert!(begin.elapsed() < AT_ONCE, "{:?}", begin.elapsed());
    assert!(run.stdout.contains("interrupted"), "{}", run.stdout);
    served.clear_faults();
    project.on(&served, &APPLY).expect(0);
    let mut letters: Vec<String> = served
        .letters()
        .iter()
        .map(|letter| letter["address"].to_string())
        .collect();
    letters.sort();
    letters.dedup();
    assert_eq!(letters.len(), 9);
    assert_eq!(served.letters().len(), 9, "somebody was invited twice");
}

#[test]
fn who_reads_learns_of_the_half_hour_as_well() {
    let project = Project::of_example("contoso");
    let served = Served::start(&project);
    served.add_rules(&["GET userentitlements from=1 status=429 retry-after=1800"]);
    let mut heard = Heard::of(project.start_on(&served, &["plan"]));
    heard.until("Azure DevOps wants to be left alone until ");
    // Not by Ctrl-C: where whoever runs the tests ignores that, a plan does so too.
    terminate(&heard.child);
    // Nothing is in flight that would have to be finished.
    assert_eq!(heard.ended_at_once().code(), None);
}
