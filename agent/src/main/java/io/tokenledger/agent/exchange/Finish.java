package io.tokenledger.agent.exchange;

import io.tokenledger.agent.provider.Captured.Ending;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * How an exchange ended, and what the client's exception said if it failed. The exception itself is
 * not kept: its class belongs to the application.
 *
 * @param ending how
 * @param errorType name of the exception's class, or null
 * @param errorMessage what it says, without queries of URLs; at most 1,000 characters; or null
 */
record Finish(Ending ending, String errorType, String errorMessage) {
  static final Finish COMPLETE = new Finish(Ending.COMPLETE, null, null);
  static final Finish TRUNCATED = new Finish(Ending.TRUNCATED, null, null);
  static final Finish CANCELLED = new Finish(Ending.CANCELLED, null, null);

  /** The response was collected without having been read to its end or closed. */
  static final Finish ABANDONED = new Finish(Ending.CANCELLED, null, null);

  private static final int MAX_MESSAGE = 1000;
  private static final int MAX_CAUSES = 8;

  /** Reads an exception on the thread that caught it. Never throws. */
  static Finish failed(Throwable thrown) {
    if (thrown == null) {
      return new Finish(Ending.FAILED, null, null);
    }
    Throwable cause = unwrapped(thrown);
    try {
      Ending ending = ending(cause);
      return ending == Ending.CANCELLED
          ? CANCELLED
          : new Finish(ending, cause.getClass().getName(), cut(cause.getMessage()));
    } catch (Throwable unreadable) {
      return new Finish(Ending.FAILED, cause.getClass().getName(), null);
    }
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; i < MAX_CAUSES; i++) {
      boolean wrapper = cause instanceof CompletionException || cause instanceof ExecutionException;
      if (!wrapper || cause.getCause() == null) {
        break;
      }
      cause = cause.getCause();
    }
    return cause;
  }

  private static Ending ending(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (cause instanceof CancellationException) {
        return Ending.CANCELLED;
      }
      if (isTimeout(cause)) {
        return Ending.TIMEOUT;
      }
      cause = cause.getCause();
    }
    return Ending.FAILED;
  }

  /** By name where the class may not be there, or belongs to a client. */
  private static boolean isTimeout(Throwable cause) {
    if (cause instanceof SocketTimeoutException) {
      return true;
    }
    String name = cause.getClass().getName();
    if (name.endsWith("TimeoutException")) {
      return true;
    }
    String message = cause instanceof InterruptedIOException ? cause.getMessage() : null;
    return message != null && message.toLowerCase(Locale.ROOT).contains("timeout");
  }

  /** A query may carry a key. */
  private static String cut(String message) {
    if (message == null) {
      return null;
    }
    StringBuilder text = new StringBuilder(Math.min(message.length(), MAX_MESSAGE));
    boolean query = false;
    for (int i = 0; i < message.length() && text.length() < MAX_MESSAGE; i++) {
      char c = message.charAt(i);
      boolean wordEnd = c <= ' ' || c == '"' || c == '\'' || c == '>' || c == ')';
      query = query ? !wordEnd : c == '?' && i > 0 && message.charAt(i - 1) > ' ';
      if (!query) {
        text.append(c);
      }
    }
    return text.toString();
  }
}
