package io.tokenledger.agent.rewrite;

/**
 * Rewrites one class of an HTTP client. Runs inside class loading, on a thread of the application
 * that holds the locks of the class's loader: works on the bytes it is given, and neither logs,
 * waits, nor asks the application's loaders for anything.
 */
public interface ClientRewriter {
  /** The internal name of the class, such as {@code okhttp3/internal/http/BridgeInterceptor}. */
  String className();

  /**
   * The rewritten class.
   *
   * @param original the class file as loaded
   * @param bridge internal name of the bridge class to call
   * @return the new class file, or null when this version of the class is not concerned
   * @throws RefusedClassException when the class lacks what the tap needs; it then stays as it is
   *     and the refusal is reported
   */
  byte[] rewrite(byte[] original, String bridge) throws RefusedClassException;
}
