package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the files of a bounded number of sources open: of those that brought something last. The
 * others are opened to look and closed again, so that thousands of sources cost no descriptor each.
 * Not thread-safe.
 */
final class OpenSources {
  private final int most;
  private final Map<SourceReader, Boolean> open = new LinkedHashMap<>();

  /**
   * @param most how many sources may be open at once
   */
  OpenSources(int most) {
    this.most = most - 1; // and one that is looked at
  }

  /**
   * Notes that a source was read.
   *
   * @param brought whether there was anything
   */
  void used(SourceReader reader, boolean brought) throws IOException {
    boolean kept = brought ? open.remove(reader) != null : open.containsKey(reader);
    if (brought || (!kept && open.size() < most)) {
      open.put(reader, Boolean.TRUE);
    } else if (!kept) {
      reader.park();
    }
    if (open.size() > most) {
      Iterator<SourceReader> longestIdle = open.keySet().iterator();
      longestIdle.next().park();
      longestIdle.remove();
    }
  }

  /** Whether its files stay open between two looks. */
  boolean isKept(SourceReader reader) {
    return open.containsKey(reader);
  }

  /** It is read no more. */
  void forget(SourceReader reader) {
    open.remove(reader);
  }
}
