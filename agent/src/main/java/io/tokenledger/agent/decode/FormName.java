package io.tokenledger.agent.decode;

/** Reads the name of a form's field from what follows {@code Content-Disposition:}. */
final class FormName {
  private FormName() {}

  /**
   * The name, without the {@code []} of a repeated field; null for a file, and where there is none.
   *
   * @param value such as {@code form-data; name="model"}
   */
  static String of(String value) {
    String name = null;
    int at = value.indexOf(';');
    while (at >= 0) {
      int equals = value.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      String parameter = value.substring(at + 1, equals).trim();
      int start = equals + 1;
      boolean quoted = start < value.length() && value.charAt(start) == '"';
      int end = quoted ? value.indexOf('"', start + 1) : value.indexOf(';', start);
      end = end < 0 ? value.length() : end;
      if (parameter.regionMatches(true, 0, "filename", 0, "filename".length())) {
        return null;
      }
      if (parameter.equalsIgnoreCase("name")) {
        name = value.substring(quoted ? start + 1 : start, end).trim();
      }
      at = value.indexOf(';', end);
    }
    return name != null && name.endsWith("[]") ? name.substring(0, name.length() - 2) : name;
  }
}
