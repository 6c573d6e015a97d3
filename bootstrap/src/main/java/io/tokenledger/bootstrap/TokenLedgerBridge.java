package io.tokenledger.bootstrap;

import java.util.function.BiFunction;

/**
 * The only class of ours that host classes can see. Rewritten client code calls {@link #begin} and
 * {@link #replace}; the agent installs one hook for each tap point, once, and then seals the
 * bridge.
 *
 * <p>The agent defines a renamed copy of this class as {@code java.lang.TokenLedgerBridge}: no
 * class loader, not even a filtering one (OSGi), refuses {@code java.*}. Where that fails this
 * class itself is appended to the boot path. It therefore uses nothing but {@code java.base} types,
 * and no lambda or string concatenation.
 *
 * <p>Neither method ever throws: a hook that fails counts as a hook that is not there. Thread-safe.
 */
public final class TokenLedgerBridge {
  /** How many tap points there are room for. */
  public static final int POINTS = 64;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static final BiFunction<Object, Object, Object>[] HOOKS = new BiFunction[POINTS];

  private static volatile boolean sealed;

  private TokenLedgerBridge() {}

  /**
   * Starts something at a tap point: returns the hook's answer, an opaque state for later calls of
   * {@link #replace}, or null when there is no hook, the hook steps aside, or it fails.
   */
  public static Object begin(int point, Object first, Object second) {
    BiFunction<Object, Object, Object> hook = HOOKS[point];
    if (hook == null) {
      return null;
    }
    try {
      return hook.apply(first, second);
    } catch (Throwable stepAside) {
      return null;
    }
  }

  /**
   * Passes a value through a tap point: returns the hook's replacement, or {@code value} itself
   * when there is no hook, it answers null, or it fails.
   */
  public static Object replace(int point, Object value, Object state) {
    BiFunction<Object, Object, Object> hook = HOOKS[point];
    if (hook == null) {
      return value;
    }
    try {
      Object replacement = hook.apply(value, state);
      return replacement == null ? value : replacement;
    } catch (Throwable stepAside) {
      return value;
    }
  }

  /** Installs the hook of a tap point. Refused (false) once sealed or when the point is taken. */
  public static synchronized boolean install(int point, BiFunction<Object, Object, Object> hook) {
    if (sealed || HOOKS[point] != null) {
      return false;
    }
    HOOKS[point] = hook;
    return true;
  }

  /**
   * Installs the hooks of all tap points, by number, and seals. Refused (false) once sealed. One
   * call instead of one for each point: the agent reaches this class by reflection.
   */
  public static synchronized boolean installAll(BiFunction<Object, Object, Object>[] hooks) {
    if (sealed) {
      return false;
    }
    System.arraycopy(hooks, 0, HOOKS, 0, POINTS);
    sealed = true;
    return true;
  }

  /** From here on {@link #install} refuses. */
  public static synchronized void seal() {
    sealed = true;
  }
}
