package io.tokenledger.forwarder.reconcile;

import java.time.DateTimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What providers publish, by the shape of the file. */
public enum BillFormat {
  OPENAI_USAGE(OpenAiReports::usage),
  OPENAI_COSTS(OpenAiReports::costs),
  ANTHROPIC_USAGE(AnthropicReports::usage),
  ANTHROPIC_COSTS(AnthropicReports::costs),
  AWS_CUR(AwsCostReport::read),
  CSV(PlainBill::read);

  private final BillReader reader;

  BillFormat(BillReader reader) {
    this.reader = reader;
  }

  /** The format of that name in options; empty for none. */
  public static Optional<BillFormat> named(String text) {
    return Arrays.stream(values()).filter(format -> format.text().equals(text)).findFirst();
  }

  /** All names in options. */
  public static List<String> names() {
    return Arrays.stream(values()).map(BillFormat::text).toList();
  }

  /** The name in options. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads a file.
   *
   * @param name what to call it in a complaint
   * @throws BillException when it has another shape, with a sentence that says so
   */
  public Bill parse(String name, String content) {
    try {
      return reader.read(content);
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      throw new BillException(
          name
              + " is not of the format "
              + text()
              + " ("
              + e.getMessage()
              + "). Nothing is reconciled: take the report anew, unchanged, or name another format.");
    }
  }
}
