package io.tokenledger.agent.provider;

/** Names that stand in the paths of calls. */
public final class PathSegment {
  private PathSegment() {}

  /**
   * The name right below a folder, such as the region in {@code /locations/<region>/publishers};
   * null when there is none.
   *
   * @param folder with a slash at both ends
   */
  public static String after(String path, String folder) {
    int at = path.indexOf(folder);
    if (at < 0) {
      return null;
    }
    int start = at + folder.length();
    int end = path.indexOf('/', start);
    return end > start ? path.substring(start, end) : null;
  }
}
