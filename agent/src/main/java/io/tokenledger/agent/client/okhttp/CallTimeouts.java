package io.tokenledger.agent.client.okhttp;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls that OkHttp cancelled because they took too long as a whole ({@code callTimeout}, since
 * 3.12). To everything below the application such a cancel looks like one of the application's own,
 * and an elapsed time cannot tell them apart: OkHttp's clock starts before ours.
 *
 * <p>Written when a time-out expires, on OkHttp's own thread; lock-free to read. Timeouts are those
 * of {@code Call.timeout()}, which nobody is kept from collecting.
 */
public final class CallTimeouts {
  private final ConcurrentHashMap<Key, Boolean> expired = new ConcurrentHashMap<>();
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

  /** OkHttp is about to cancel the call of this timeout. */
  void expire(Object timeout) {
    for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
      expired.remove(gone);
    }
    expired.put(new Key(timeout, collected), Boolean.TRUE);
  }

  /** Whether this timeout ended its call. */
  public boolean expired(Object timeout) {
    return !expired.isEmpty() && expired.containsKey(new Key(timeout, null));
  }

  int size() {
    return expired.size();
  }

  /** A timeout by its identity. */
  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object timeout, ReferenceQueue<Object> queue) {
      super(timeout, queue);
      this.hash = System.identityHashCode(timeout);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      if (this == other) {
        return true;
      }
      Object timeout = get();
      return timeout != null && other instanceof Key key && key.refersTo(timeout);
    }
  }
}
