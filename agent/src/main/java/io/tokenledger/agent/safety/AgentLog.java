package io.tokenledger.agent.safety;

import io.tokenledger.agent.config.AgentConfig;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * The agent's own words: one line each, to standard error or a file of its own, and few of them. No
 * logging library, since starting one in premain breaks hosts that configure theirs later.
 *
 * <p>Never called on an application thread but in premain. Thread-safe; never throws.
 */
public final class AgentLog {
  /** What each line starts with. */
  public static final String PREFIX = "[tokenledger] ";

  /** More lines than this in a minute are counted instead of written. */
  static final int MAX_LINES_PER_MINUTE = 30;

  static final int ERROR = 1;
  static final int WARN = 2;
  static final int INFO = 3;
  static final int DEBUG = 4;

  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final List<String> LEVELS = Arrays.asList("off", "error", "warn", "info", "debug");

  private final int level;
  private final String file;
  private PrintStream out;
  private long minuteStart;
  private int lines;
  private long suppressed;

  /** Opens nothing yet: a log file appears with its first line. */
  public AgentLog(AgentConfig.Log config) {
    this(config, null);
  }

  AgentLog(AgentConfig.Log config, PrintStream out) {
    this.level = LEVELS.indexOf(config.level());
    this.file = config.file();
    this.out = out;
  }

  /**
   * The agent leaves this JVM alone: one line on standard error, whatever {@code log.level} and
   * {@code log.file} say. Nobody looks into the log of an agent that is not there.
   */
  public static void stepAside(String sentence) {
    System.err.println(PREFIX + oneLine(sentence));
  }

  public void error(String sentence) {
    write(ERROR, sentence, System.nanoTime());
  }

  public void warn(String sentence) {
    write(WARN, sentence, System.nanoTime());
  }

  public void info(String sentence) {
    write(INFO, sentence, System.nanoTime());
  }

  public void debug(String sentence) {
    write(DEBUG, sentence, System.nanoTime());
  }

  synchronized void write(int severity, String sentence, long now) {
    if (severity > level || !mayWrite(now)) {
      return;
    }
    if (out == null) {
      out = open();
    }
    if (suppressed > 0) {
      out.println(PREFIX + suppressed + " lines were left out");
      suppressed = 0;
    }
    out.println(PREFIX + oneLine(sentence));
    out.flush();
  }

  private static String oneLine(String sentence) {
    return sentence.replace("\r\n", " ").replace('\n', ' ').replace('\r', ' ');
  }

  private boolean mayWrite(long now) {
    if (lines == 0 || now - minuteStart > MINUTE_NANOS) {
      minuteStart = now;
      lines = 0;
    }
    if (lines >= MAX_LINES_PER_MINUTE) {
      suppressed++;
      return false;
    }
    lines++;
    return true;
  }

  private PrintStream open() {
    if (file.equals("-")) {
      return System.err;
    }
    try {
      return new PrintStream(new FileOutputStream(file, true), true);
    } catch (IOException | RuntimeException refused) {
      System.err.println(PREFIX + "log.file " + file + " cannot be written, using stderr instead");
      return System.err;
    }
  }
}
