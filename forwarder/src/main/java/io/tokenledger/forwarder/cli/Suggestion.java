package io.tokenledger.forwarder.cli;

import java.util.Collection;

/** The key or command that a misspelt one was probably meant to be. */
final class Suggestion {
  private static final int MOST_EDITS = 3;

  private Suggestion() {}

  /** The rest of a sentence: the nearest known name, or all of them when none is near. */
  static String of(String unknown, Collection<String> names) {
    String nearest = null;
    int fewest = MOST_EDITS + 1;
    for (String known : names) {
      int edits = edits(unknown, known);
      if (edits < fewest) {
        fewest = edits;
        nearest = known;
      }
    }
    return nearest != null
        ? "; did you mean '" + nearest + "'?"
        : "; known are " + String.join(", ", names);
  }

  /** Levenshtein distance, one row at a time. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
