//! One connection: cut in the middle on demand, so that a client sees what a lost answer looks like.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// One connection, as the requests that come on it know it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection(Arc<Marks>);

#[derive(Debug, Default)]
struct Marks {
    is_cut: AtomicBool,
    is_bare: AtomicBool,
}

impl Connection {
    /// From now on nothing is written to it, and it ends: with all that is under way on it.
    pub(crate) fn cut(&self) {
        self.0.is_cut.store(true, Ordering::SeqCst);
    }

    /// Whether plain HTTP came on it where HTTPS is spoken.
    pub(crate) fn is_bare(&self) -> bool {
        self.0.is_bare.load(Ordering::SeqCst)
    }

    pub(crate) fn mark_bare(&self) {
        self.0.is_bare.store(true, Ordering::SeqCst);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.is_cut.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

/// A connection that can be cut. Below any TLS, whose closing words would tell the client that
/// nothing is missing.
pub(crate) struct CuttingStream {
    stream: TcpStream,
    connection: Connection,
}

impl CuttingStream {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            connection: Connection::default(),
        }
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The first byte that comes, which stays where it is; none when nothing does.
    pub(crate) async fn first_byte(&self) -> io::Result<Option<u8>> {
        let mut first = [0];
        let count = self.stream.peek(&mut first).await?;
        Ok(first.first().copied().filter(|_| count > 0))
    }
}

impl AsyncRead for CuttingStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.connection.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttingStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.connection.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
