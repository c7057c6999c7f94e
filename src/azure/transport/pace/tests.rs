//! Waiting for a turn, on a clock that stands still.

use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName};

use super::*;

const GRAPH: Audience = Audience::Graph;
const HOUR: Duration = Duration::from_secs(3600);

fn answer(status: u16, headers: &[(&'static str, &str)]) -> Answer {
    let headers = headers.iter().map(|(name, value)| {
        let name = HeaderName::from_static(name);
        (name, value.parse().unwrap())
    });
    Answer {
        call: crate::apply::port::Call::Users,
        method: "GET",
        url: String::new(),
        status,
        headers: headers.collect::<HeaderMap>(),
        body: Vec::new(),
    }
}

fn pace() -> Arc<Pace> {
    Arc::new(Pace::new(Duration::from_secs(1)))
}

async fn turn(pace: &Pace) -> Result<Permit<'_>, NoTurn> {
    pace.turn(GRAPH, Instant::now() + HOUR).await
}

#[test]
fn headers_say_how_much_is_used_up() {
    let devops = |headers: &[_]| told(Audience::DevOps, &answer(200, headers));
    let graph = |status, headers: &[_]| told(GRAPH, &answer(status, headers));
    assert_eq!(devops(&[]), Told::default());
    let remaining = [
        ("x-ratelimit-remaining", "50"),
        ("x-ratelimit-limit", "200"),
    ];
    assert_eq!(devops(&remaining).used, Some(0.75));
    let senseless = [("x-ratelimit-remaining", "50"), ("x-ratelimit-limit", "0")];
    assert_eq!(devops(&senseless).used, None);
    let delayed = devops(&[("x-ratelimit-delay", "0.250"), ("retry-after", "2")]);
    assert!(delayed.is_delayed);
    assert_eq!(delayed.pause, Some(Duration::from_secs(2)));
    assert!(!devops(&[("x-ratelimit-delay", "0.000")]).is_delayed);
    let share = |share| graph(200, &[("x-ms-throttle-limit-percentage", share)]);
    assert_eq!(share("0.85").used, Some(0.85));
    assert_eq!(share("0.85").pause, None);
    assert_eq!(share("1.2").pause, Some(NEAR_LIMIT_PAUSE));
    assert_eq!(share("NaN").used, None);
    assert!(graph(429, &[]).is_refused);
    assert!(graph(503, &[]).has_failed);
}

#[tokio::test(start_paused = true)]
async fn a_wait_holds_every_request_of_the_service_and_none_of_the_other() {
    let pace = pace();
    let permit = turn(&pace).await.unwrap();
    permit.answered(&answer(429, &[("retry-after", "1800")]));
    let begin = Instant::now();
    let other = pace.turn(Audience::DevOps, begin + HOUR).await;
    assert!(other.is_ok());
    assert_eq!(begin.elapsed(), Duration::ZERO);
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let pace = Arc::clone(&pace);
            tokio::spawn(async move { turn(&pace).await.map(drop) })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(600)).await;
    let held = pace.held().unwrap();
    assert_eq!((held.audience, held.requests), (GRAPH, 10));
    assert_eq!(held.left, Duration::from_secs(1200));
    for one in waiting {
        assert_eq!(one.await.unwrap(), Ok(()));
    }
    assert!(begin.elapsed() >= Duration::from_secs(1800));
    assert!(
        begin.elapsed() < Duration::from_secs(1801),
        "all at once then"
    );
    assert_eq!(pace.held(), None);
}

#[tokio::test(start_paused = true)]
async fn who_cannot_wait_so_long_is_told_at_once() {
    let pace = pace();
    let permit = turn(&pace).await.unwrap();
    permit.answered(&answer(200, &[("retry-after", "7200")]));
    let begin = Instant::now();
    let refused = turn(&pace).await.map(drop);
    assert_eq!(refused, Err(NoTurn::TooLong(Duration::from_secs(7200))));
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_any_more_once_told_to_stop() {
    let pace = pace();
    let permit = turn(&pace).await.unwrap();
    permit.answered(&answer(429, &[("retry-after", "1800")]));
    let waiting = tokio::spawn({
        let pace = Arc::clone(&pace);
        async move { turn(&pace).await.map(drop) }
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    pace.stop_waiting();
    let stopped = Err(NoTurn::Stopped(Duration::from_secs(1500)));
    assert_eq!(waiting.await.unwrap(), stopped);
    let other = pace.turn(Audience::DevOps, Instant::now()).await;
    assert!(other.is_ok(), "what need not wait goes on");
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_place_hears_of_that_too() {
    let pace = pace();
    let mut permits = Vec::new();
    for _ in 0..4 {
        permits.push(turn(&pace).await.unwrap());
    }
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let pace = Arc::clone(&pace);
            tokio::spawn(async move { turn(&pace).await.map(drop) })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    for permit in permits {
        permit.answered(&answer(429, &[("retry-after", "1800")]));
    }
    tokio::time::sleep(Duration::from_secs(300)).await;
    let begin = Instant::now();
    pace.stop_waiting();
    let stopped = Err(NoTurn::Stopped(Duration::from_secs(1500)));
    for one in waiting {
        assert_eq!(one.await.unwrap(), stopped);
    }
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_given_back_goes_to_who_waits() {
    let pace = pace();
    let mut permits = Vec::new();
    for _ in 0..4 {
        permits.push(turn(&pace).await.unwrap());
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    let full = pace.turn(GRAPH, deadline).await.map(drop);
    assert_eq!(full, Err(NoTurn::TooMany));
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let pace = Arc::clone(&pace);
            tokio::spawn(async move {
                let permit = turn(&pace).await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
                permit.answered(&answer(200, &[]));
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begin = Instant::now();
    drop(permits);
    for one in waiting {
        one.await.unwrap();
    }
    // 4, 5, 6 and 5 at a time.
    assert_eq!(begin.elapsed(), Duration::from_millis(80));
}
