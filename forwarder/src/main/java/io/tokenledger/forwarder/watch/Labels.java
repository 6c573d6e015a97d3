package io.tokenledger.forwarder.watch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values of one label, so many at most: what comes later is called {@code other}, so that a fleet
 * that names its services by host cannot fill somebody's Prometheus. Thread-safe.
 */
final class Labels {
  static final String OTHER = "other";
  static final String UNNAMED = "unnamed";

  private static final int LONGEST = 120;

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  Labels(int most) {
    this.most = most;
  }

  /**
   * The value to show.
   *
   * @param value null: {@code unnamed}
   */
  String of(String value) {
    String text = value == null || value.isBlank() ? UNNAMED : value;
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    if (known.contains(shown) || (known.size() < most && known.add(shown))) {
      return shown;
    }
    return OTHER;
  }
}
