//! Previous states: the last few that were written, each whole, so that there is a way back.

use jiff::Timestamp;

use crate::model::ids::Serial;

/// How many are kept. An apply writes two or three, so these go back over the last two.
pub(super) const KEPT: usize = 5;

/// A state as it was written once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousState {
    /// Its serial.
    pub serial: Serial,
    /// When it was written; none where that cannot be told.
    pub written: Option<Timestamp>,
    /// Its text, which may be damaged.
    pub text: String,
}

/// The name of the file of one.
pub(super) fn name_of(serial: Serial) -> String {
    format!("{serial}.json")
}

/// The serials that these files are of, in order.
pub(super) fn serials(names: &[String]) -> Vec<Serial> {
    let mut serials: Vec<Serial> = names.iter().filter_map(|name| serial_of(name)).collect();
    serials.sort_unstable();
    serials
}

/// Those that are no longer kept, now that `newest` has been written. Time decides and not the serial:
/// whoever begins anew begins with 1, and what was before is still the way back.
pub(super) fn too_old(all: &[(Serial, Option<Timestamp>)], newest: Serial) -> Vec<Serial> {
    let others = all.iter().filter(|(serial, _)| *serial != newest);
    let mut others: Vec<_> = others.map(|(serial, written)| (written, serial)).collect();
    others.sort_unstable();
    let surplus = (others.len() + 1).saturating_sub(KEPT);
    let oldest = others.into_iter().take(surplus);
    oldest.map(|(_, serial)| *serial).collect()
}

/// The serial that a file is of, by its name.
pub(super) fn serial_of(name: &str) -> Option<Serial> {
    let serial = Serial::new(name.strip_suffix(".json")?.parse().ok()?);
    (name_of(serial) == name).then_some(serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_are_kept_whatever_order_they_come_in() {
        let names = [
            "9.json", "10.json", "8.json", "12.json", "11.json", "7.json",
        ];
        let serials = serials(&names.map(str::to_owned));
        assert_eq!(serials.first(), Some(&Serial::new(7)));
        assert_eq!(serials.last(), Some(&Serial::new(12)));
        let all: Vec<_> = serials.into_iter().map(|serial| (serial, None)).collect();
        assert_eq!(too_old(&all, Serial::new(12)), [Serial::new(7)]);
        assert!(too_old(&all[1..], Serial::new(12)).is_empty());
    }

    #[test]
    fn whoever_begins_anew_keeps_the_new_and_the_last_of_the_old() {
        let at = |second| Some(Timestamp::from_second(second).unwrap());
        let old = (5..=9).map(|serial| (Serial::new(serial), at(100)));
        let mut all: Vec<_> = old.collect();
        all.push((Serial::new(1), at(200)));
        assert_eq!(too_old(&all, Serial::new(1)), [Serial::new(5)]);
        all.remove(0);
        all.push((Serial::new(2), at(201)));
        assert_eq!(too_old(&all, Serial::new(2)), [Serial::new(6)]);
    }

    #[test]
    fn a_clock_that_went_back_does_not_lose_what_was_just_written() {
        let at = |second| Some(Timestamp::from_second(second).unwrap());
        let mut all: Vec<_> = (1..=5).map(|n| (Serial::new(n), at(900))).collect();
        all.push((Serial::new(6), at(100)));
        assert_eq!(too_old(&all, Serial::new(6)), [Serial::new(1)]);
    }

    #[test]
    fn files_of_other_names_are_left_alone() {
        let names = ["7.json.new", "007.json", "+7.json", "notes.json", "", "7"];
        assert!(serials(&names.map(str::to_owned)).is_empty());
    }
}
