//! A service that is cloned as a pointer.
use std::{
    sync::Arc,
    task::{Context, Poll},
};

use tower::{Layer, Service};

/// What lies below this layer is cloned once for each request. Each layer made of a function clones all that is below
/// it, so that a request through ten of them copied the tenth ten times over, with everything in it.
#[must_use]
pub fn shared() -> SharedLayer {
    SharedLayer
}

/// See [`shared`].
#[derive(Debug, Clone, Copy)]
pub struct SharedLayer;

/// See [`shared`].
#[derive(Debug)]
pub struct Shared<S>(Arc<S>);

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Layer<S> for SharedLayer {
    type Service = Shared<S>;

    fn layer(&self, inner: S) -> Shared<S> {
        Shared(Arc::new(inner))
    }
}

impl<S, R> Service<R> for Shared<S>
where
    S: Service<R> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    /// Services of axum are always ready; none of ours waits here either.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> S::Future {
        S::clone(&self.0).call(request)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        future::{Ready, ready},
        sync::atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    /// Counts its clones, and doubles.
    #[derive(Debug)]
    struct Doubles(Arc<AtomicUsize>);

    impl Clone for Doubles {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(Arc::clone(&self.0))
        }
    }

    impl Service<u32> for Doubles {
        type Response = u32;
        type Error = Infallible;
        type Future = Ready<Result<u32, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, number: u32) -> Self::Future {
            ready(Ok(number * 2))
        }
    }

    #[test]
    fn what_lies_below_is_cloned_by_a_request_and_not_by_the_layers_above() {
        let clones = Arc::new(AtomicUsize::new(0));
        let service = shared().layer(Doubles(Arc::clone(&clones)));
        let mut copies: Vec<Shared<Doubles>> = std::iter::repeat_n(service, 10).collect();
        assert_eq!(clones.load(Ordering::Relaxed), 0);
        for copy in &mut copies[..3] {
            assert_eq!(copy.call(21).into_inner(), Ok(42));
        }
        assert_eq!(clones.load(Ordering::Relaxed), 3);
    }
}
