//! The program itself, killed at random moments: as often as it takes for two hundred kills, or for a
//! few in a plain run.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::Child;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::json;

use super::orgs;
use super::sight::{Sight, compare};
use crate::support::at_once::at_once;
use crate::support::project::{Project, full_or};
use crate::support::served::Served;

/// How many kills there are in full number, and in a plain run.
const KILLS: [usize; 2] = [200, 24];

/// How often one world is killed before it is let to come to its end: as many kills as that leave few
/// steps to the last of them.
const KILLS_A_WORLD: usize = 12;

/// How many worlds at a time, in full number and in a plain run. Most of each is waiting.
const AT_ONCE: [usize; 2] = [4, 1];

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

/// Names another seed, for one that has failed.
const SEED: &str = "ORGCTL_TEST_SEED";

/// Numbers that look random, the same for the same seed.
struct Dice(AtomicU64);

impl Dice {
    fn below(&self, limit: u64) -> u64 {
        // SplitMix64.
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

struct Scene {
    project: Project,
    served: Served,
    /// Whom a run has told of as somebody who may have been sent a mail.
    in_doubt: String,
}

impl Scene {
    fn new() -> Self {
        let (toml, live) = orgs::files_of_every_kind();
        let project = Project::new(&toml, &live);
        let served = Served::start(&project);
        // So that a kill hits the middle of something.
        for method in ["POST", "PATCH", "DELETE"] {
            served.add_fault(method, "", &json!({ "delay": { "ms": 4 } }));
        }
        Self {
            project,
            served,
            in_doubt: String::new(),
        }
    }

    fn start(&self) -> Child {
        self.project.start_on(&self.served, &APPLY)
    }

    /// Whether the program was killed, and had not ended by itself.
    fn kill(&mut self, dice: &Dice) -> bool {
        let mut child = self.start();
        // Sooner or later by requests, which adapts to this machine; then a moment more.
        let after = self.served.requests().len() + usize::try_from(dice.below(60)).unwrap();
        let mut has_ended = false;
        while !has_ended && self.served.requests().len() < after {
            thread::sleep(Duration::from_millis(3));
            has_ended = child.try_wait().unwrap().is_some();
        }
        thread::sleep(Duration::from_micros(dice.below(8000)));
        drop(child.kill());
        let output = child.wait_with_output().unwrap();
        self.in_doubt
            .push_str(&String::from_utf8_lossy(&output.stderr));
        // A person takes at least that long to start it again.
        self.project.age_journal(Duration::from_secs(60));
        match output.status.code() {
            None => true,
            Some(code) => {
                let text = String::from_utf8_lossy(&output.stderr);
                assert_eq!(code, 0, "{text}");
                false
            }
        }
    }

    /// Lets it run to its end.
    fn finish(&mut self) {
        let run = self.project.on(&self.served, &APPLY).expect(0);
        self.in_doubt.push_str(&run.stderr);
        let proof = "No changes. contoso is as org.toml says.";
        assert!(run.stdout.trim_end().ends_with(proof), "{}", run.stdout);
    }

    fn sight(&self) -> Sight {
        let mut files = Vec::new();
        for file in fs::read_dir(self.project.path("")).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            // A temporary file of the notices that nobody renamed is in nobody's way.
            files.extend((!name.starts_with(".tmp")).then_some(name));
        }
        files.sort();
        let state = self.project.json("org.state.json");
        Sight::new(&self.served.world(), &state, files)
    }

    fn doubted(&self, wanted: &Sight) -> BTreeSet<String> {
        let mails = wanted.mails.keys();
        mails
            .filter(|mail| self.in_doubt.contains(mail.as_str()))
            .cloned()
            .collect()
    }
}

fn seed() -> u64 {
    let now = || {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap();
        u64::from(now.subsec_nanos()) << 32 | now.as_secs()
    };
    env::var(SEED).map_or_else(|_| now(), |text| text.parse().unwrap())
}

#[test]
fn two_hundred_kills_at_random_lose_nothing_and_double_nothing() {
    let seed = seed();
    println!("{SEED}={seed}");
    let dice = Dice(AtomicU64::new(seed));
    let begin = Instant::now();
    let [kills_min, worlds_at_once] = [KILLS, AT_ONCE].map(|[full, plain]| full_or(full, plain));
    let wanted = {
        let mut scene = Scene::new();
        scene.finish();
        scene.sight()
    };
    assert!(wanted.mails.len() > 10, "{:?}", wanted.mails);
    let (kills, worlds) = (AtomicUsize::new(0), AtomicUsize::new(0));
    at_once(worlds_at_once, 0..worlds_at_once, |_| {
        while kills.load(Ordering::Relaxed) < kills_min {
            let mut scene = Scene::new();
            let mut of_world = 0;
            while of_world < KILLS_A_WORLD && scene.kill(&dice) {
                of_world += 1;
            }
            scene.finish();
            let what = format!("{SEED}={seed}, after {of_world} kills");
            compare(&scene.sight(), &wanted, &scene.doubted(&wanted), &what);
            kills.fetch_add(of_world, Ordering::Relaxed);
            worlds.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (kills, took) = (kills.into_inner(), begin.elapsed());
    println!("{kills} kills of {worlds:?} worlds in {took:.0?}");
    assert!(kills >= kills_min, "{kills}");
}
