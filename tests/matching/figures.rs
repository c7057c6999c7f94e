//! The figures of docs/matching.md.

use orgctl::matching::{Rule, Rules};
use strum::VariantArray as _;

use super::habits::{FIRST_HABITS, Habits, SECOND_HABITS};
use super::score::Score;
use super::world::World;

fn score(
    habits: &'static Habits,
    seeds: std::ops::Range<u64>,
    users: usize,
    rules: &Rules,
) -> Score {
    let mut all = Score::default();
    for seed in seeds {
        let world = World::new(seed, habits, users, users * 4);
        all.add(
            &world,
            &orgctl::matching::propose_by(&world.input, rules.clone()),
        );
    }
    all
}

#[test]
fn proposals_are_right_about_made_up_people() {
    for seed in 100..102 {
        let world = World::new(seed, &FIRST_HABITS, 600, 2_400);
        let score = Score::of(&world, Rules::default());
        assert!(score.certain_wrong.is_empty(), "{:#?}", score.certain_wrong);
        assert!(score.removed_wrong.is_empty(), "{:#?}", score.removed_wrong);
        assert!(score.coverage() >= 95.0, "{score}");
        // Of a hundred, one namesake from outside is one percent: the whole promise takes a larger world.
        assert!(
            score.likely_right() >= 96.0,
            "{score} {:#?}",
            score.likely_wrong
        );
    }
}

#[test]
fn proposals_are_right_about_people_with_other_habits() {
    let world = World::new(200, &SECOND_HABITS, 600, 2_400);
    let score = Score::of(&world, Rules::default());
    assert!(score.certain_wrong.is_empty(), "{:#?}", score.certain_wrong);
    assert!(score.removed_wrong.is_empty(), "{:#?}", score.removed_wrong);
}

#[test]
#[ignore = "ten worlds of 5,000 people: half a minute in release"]
fn figures_of_ten_worlds() {
    for (name, habits) in [("first", &FIRST_HABITS), ("second", &SECOND_HABITS)] {
        let mut all = Vec::new();
        for seed in 1..11 {
            let world = score(habits, seed..seed + 1, 5_000, &Rules::default());
            println!("{name} {seed}: {world}");
            all.push((seed, world));
        }
        for (kind, classes) in score(habits, 1..2, 5_000, &Rules::default()).kinds {
            println!("  {kind:36} {classes:?}");
        }
        for (seed, world) in all {
            for row in world.likely_wrong.iter().take(2) {
                println!("    {row}");
            }
            world.assert_good(&format!("{name} world {seed}"));
        }
    }
}

#[test]
#[ignore = "every rule left out once: minutes"]
fn figures_without_each_rule() {
    println!(
        "all: {}",
        score(&FIRST_HABITS, 1..2, 5_000, &Rules::default())
    );
    for rule in Rule::VARIANTS {
        let without = score(&FIRST_HABITS, 1..2, 5_000, &Rules::without(*rule));
        println!("{rule}: {without}");
    }
}
