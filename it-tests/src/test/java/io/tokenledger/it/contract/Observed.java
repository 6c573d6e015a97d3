package io.tokenledger.it.contract;

import io.tokenledger.it.contract.ContractClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Turns what an application saw into text that is the same whenever it saw the same. */
final class Observed {
  private Observed() {}

  static String answer(Answer answer) throws Exception {
    return answer == null
        ? "cannot"
        : answer.status() + " " + answer.version() + " " + digest(answer.body());
  }

  static String digest(byte[] bytes) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    return bytes.length + " bytes " + HexFormat.of().formatHex(digest, 0, 8);
  }

  /**
   * Classes and messages of the whole chain; numbers of ports, connections and objects are left
   * out.
   */
  static String thrown(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      text.append(text.length() == 0 ? "" : " <- ").append(cause.getClass().getName());
      text.append(": ").append(cause.getMessage());
      for (Throwable suppressed : cause.getSuppressed()) {
        text.append(" (suppressed ").append(suppressed.getClass().getName()).append(')');
      }
    }
    return text.toString()
        .replaceAll("@[0-9a-f]+", "@N")
        .replaceAll("\\d{4,}", "N")
        .replaceAll("[\\r\\n\\t]+", " ");
  }

  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString();
  }

  /** Starts virtual threads, where the JDK has them; else null. */
  static Consumer<Runnable> virtualThreads() {
    try {
      Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
      return body -> {
        try {
          start.invoke(null, body);
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (NoSuchMethodException olderJdk) {
      return null;
    }
  }
}
