//! Somebody asks to stop, by Ctrl-C or as the system does (SIGTERM): the first time once what is in
//! flight is finished, the second time at once.

use std::io::Write as _;

use tokio::sync::watch;

/// How often somebody has asked to stop.
#[derive(Clone, Debug)]
pub(crate) struct Interrupts {
    count: watch::Receiver<u32>,
}

impl Interrupts {
    /// Begins to count. From here on nobody ends this process by asking once.
    pub(crate) fn watch() -> Self {
        let (sender, count) = watch::channel(0);
        // Listened to before anything else happens, so that nothing is missed in between.
        if let Ok(mut signals) = system::Signals::listen() {
            tokio::spawn(async move {
                loop {
                    signals.next().await;
                    sender.send_modify(|count| *count += 1);
                    if *sender.borrow() == 1 {
                        let line =
                            "Stopping once what is in flight is finished. Ctrl-C again aborts.";
                        drop(writeln!(std::io::stderr(), "{line}"));
                    }
                }
            });
        }
        Self { count }
    }

    /// Whether somebody asked to stop.
    pub(crate) fn is_asked_to_stop(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// Ends when somebody asks to stop.
    pub(crate) async fn first(&self) {
        self.at_least(1).await;
    }

    /// Ends when somebody insists.
    pub(crate) async fn second(&self) {
        self.at_least(2).await;
    }

    async fn at_least(&self, times: u32) {
        let mut count = self.count.clone();
        if count.wait_for(|count| *count >= times).await.is_err() {
            // Nobody listens: nobody will ever ask.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Ctrl-C, and what service managers and CI systems send before they kill.
    pub(crate) struct Signals {
        interrupt: Signal,
        terminate: Signal,
    }

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }

        pub(crate) async fn next(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    use tokio::signal::windows::{CtrlC, ctrl_c};

    /// Ctrl-C: nothing else asks politely here.
    pub(crate) struct Signals {
        interrupt: CtrlC,
    }

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self {
                interrupt: ctrl_c()?,
            })
        }

        pub(crate) async fn next(&mut self) {
            self.interrupt.recv().await;
        }
    }
}
