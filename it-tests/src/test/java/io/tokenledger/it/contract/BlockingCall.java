package io.tokenledger.it.contract;

import io.tokenledger.it.contract.ContractClient.Answer;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A blocking call on a thread of its own, and how an application stops it from another. */
final class BlockingCall extends CompletableFuture<Answer> {
  private final Thread thread;
  private final Runnable cancel;

  private BlockingCall(Callable<Answer> call, Runnable cancel) {
    this.thread = new Thread(() -> run(call), "application");
    this.cancel = cancel == null ? thread::interrupt : cancel;
  }

  /** Cancels by what the client offers. */
  static BlockingCall start(Callable<Answer> call, Runnable cancel) {
    BlockingCall blocking = new BlockingCall(call, cancel);
    blocking.thread.start();
    return blocking;
  }

  /** Cancels by an interrupt. */
  static BlockingCall start(Callable<Answer> call) {
    return start(call, null);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    cancel.run();
    return true;
  }

  private void run(Callable<Answer> call) {
    try {
      complete(call.call());
    } catch (Exception cause) {
      completeExceptionally(cause);
    }
  }
}
