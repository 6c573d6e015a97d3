package io.tokenledger.agent.client.apache5async;

import java.util.function.BiFunction;

/** What runs at one tap point. Not a lambda: these are made in premain. */
enum ApacheAsyncHook implements BiFunction<Object, Object, Object> {
  TARGET {
    @Override
    public Object apply(Object target, Object call) {
      if (call != null) {
        ((ApacheAsyncCall) call).target(target);
      }
      return null;
    }
  },
  PRODUCER {
    @Override
    public Object apply(Object producer, Object call) {
      return call == null || producer == null ? null : ((ApacheAsyncCall) call).producer(producer);
    }
  },
  CONSUMER {
    @Override
    public Object apply(Object consumer, Object call) {
      return call == null || consumer == null ? null : ((ApacheAsyncCall) call).consumer(consumer);
    }
  },
  RETURNED {
    @Override
    public Object apply(Object future, Object call) {
      if (call != null) {
        ((ApacheAsyncCall) call).returned(future);
      }
      return null;
    }
  },
  THROWN {
    @Override
    public Object apply(Object failure, Object call) {
      if (call != null) {
        ((ApacheAsyncCall) call).thrown((Throwable) failure);
      }
      return null;
    }
  }
}
