package io.tokenledger.agent.ledger;

/** Times as text, without java.time: its formatter would be loaded in premain for one name. */
final class UtcText {
  private static final long DAY_MILLIS = 86_400_000L;

  private UtcText() {}

  /** Such as {@code 20261121T225233Z}. */
  static String compact(long epochMillis) {
    return date(epochMillis, "") + 'T' + time(epochMillis, "") + 'Z';
  }

  /** ISO 8601 with milliseconds, such as {@code 2026-11-21T22:52:33.120Z}. */
  static String iso(long epochMillis) {
    StringBuilder text = new StringBuilder(24);
    text.append(date(epochMillis, "-")).append('T').append(time(epochMillis, ":")).append('.');
    return padded(text, Math.floorMod(epochMillis, 1000L), 3).append('Z').toString();
  }

  /** Civil date from days, after Howard Hinnant, "chrono-compatible low-level date algorithms". */
  private static String date(long epochMillis, String separator) {
    long z = Math.floorDiv(epochMillis, DAY_MILLIS) + 719_468;
    long era = Math.floorDiv(z, 146_097L);
    long dayOfEra = z - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long shiftedMonth = (5 * dayOfYear + 2) / 153;
    long day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    StringBuilder text = padded(new StringBuilder(10), year, 4).append(separator);
    padded(text, month, 2).append(separator);
    return padded(text, day, 2).toString();
  }

  private static String time(long epochMillis, String separator) {
    long seconds = Math.floorMod(epochMillis, DAY_MILLIS) / 1000;
    StringBuilder text = padded(new StringBuilder(8), seconds / 3600, 2).append(separator);
    padded(text, seconds / 60 % 60, 2).append(separator);
    return padded(text, seconds % 60, 2).toString();
  }

  private static StringBuilder padded(StringBuilder text, long number, int digits) {
    String plain = Long.toString(number);
    for (int i = plain.length(); i < digits; i++) {
      text.append('0');
    }
    return text.append(plain);
  }
}
