package io.tokenledger.agent.config;

/**
 * A value as somebody wrote it, and the types it may be read as.
 *
 * @param where its place, for messages
 * @param text the value
 */
record Value(String where, String text) {
  boolean bool() throws ConfigException {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw wrong("is neither true nor false");
  }

  /** Bytes: a whole number with B, KiB, MiB or GiB. */
  long size() throws ConfigException {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unit = unit(text.substring(digits).strip());
    if (digits > 0 && digits < 19 && unit > 0) {
      long number = Long.parseLong(text.substring(0, digits));
      if (number <= Long.MAX_VALUE / unit) {
        return number * unit;
      }
    }
    throw wrong("is not a size (a whole number with B, KiB, MiB or GiB)");
  }

  int number(int most) throws ConfigException {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Said below, like a number out of range.
    }
    throw wrong("is not a whole number from 0 to " + most);
  }

  String oneOf(String... choices) throws ConfigException {
    if (ConfigKeys.contains(choices, text)) {
      return text;
    }
    StringBuilder all = new StringBuilder("is not one of ");
    for (int i = 0; i < choices.length; i++) {
      all.append(i == 0 ? "" : ", ").append(choices[i]);
    }
    throw wrong(all.toString());
  }

  ConfigException wrong(String why) {
    return new ConfigException(where + ": \"" + text + "\" " + why);
  }

  private static long unit(String name) {
    switch (name) {
      case "B":
        return 1;
      case "KiB":
        return 1L << 10;
      case "MiB":
        return 1L << 20;
      case "GiB":
        return 1L << 30;
      default:
        return 0;
    }
  }
}
