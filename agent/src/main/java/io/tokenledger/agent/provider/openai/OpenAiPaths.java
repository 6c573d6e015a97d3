package io.tokenledger.agent.provider.openai;

/**
 * Tells the paths of the OpenAI family apart by their ends, since base URLs carry prefixes ({@code
 * /v1}, {@code /openai/v1}, {@code /openai/deployments/<name>}). Compares strings and allocates
 * nothing.
 */
final class OpenAiPaths {
  private OpenAiPaths() {}

  /**
   * True when a path ends with this and what stands before it is a base URL's: a version, a name
   * such as {@code openai}, or a deployment. Words such as {@code /responses} are of anybody's API.
   *
   * @param bare whether the host is known to speak the language, so that nothing need stand before
   *     it (a configured prefix took it), or Azure's {@code /models}
   */
  static boolean endsWith(String path, String end, boolean bare) {
    return path.endsWith(end) && isBase(path, path.length() - end.length(), bare);
  }

  /** True for {@code /responses/<id>} and nothing below it. */
  static boolean isResponse(String path, boolean bare) {
    return isBelow(path, "/responses/", bare ? "" : "resp_", bare);
  }

  /** True for {@code /threads/<thread>/runs/<run>} and nothing below it. */
  static boolean isRun(String path, boolean bare) {
    return isRun(path, path.length(), bare);
  }

  /**
   * True for what starts or changes a run: {@code /threads/runs}, {@code /threads/<thread>/runs},
   * {@code .../runs/<run>}, and what is done to it there.
   */
  static boolean isRunChange(String path, boolean bare) {
    boolean action = path.endsWith("/submit_tool_outputs") || path.endsWith("/cancel");
    int end = action ? path.lastIndexOf('/') : path.length();
    return endsWith(path, "/threads/runs", bare)
        || isRuns(path, path.length(), bare)
        || isRun(path, end, bare);
  }

  /** True for {@code /files/<id>/content}. */
  static boolean isFileContent(String path) {
    int content = path.length() - "/content".length();
    int id = content < 0 ? -1 : path.lastIndexOf('/', content - 1);
    int files = id - "/files".length();
    return files >= 0
        && id + 1 < content
        && path.endsWith("/content")
        && path.startsWith("/files", files)
        && isBase(path, files, true);
  }

  private static boolean isRun(String path, int end, boolean bare) {
    int run = path.lastIndexOf('/', end - 1);
    return run + 1 < end && isRuns(path, run, bare);
  }

  /** {@code /threads/<thread>/runs} up to {@code end}. */
  private static boolean isRuns(String path, int end, boolean bare) {
    int runs = end - "/runs".length();
    if (runs <= 0 || !path.startsWith("/runs", runs)) {
      return false;
    }
    int thread = path.lastIndexOf('/', runs - 1);
    int threads = thread - "/threads".length();
    return threads >= 0
        && path.startsWith("/threads", threads)
        && path.startsWith(bare ? "" : "thread_", thread + 1)
        && isBase(path, threads, bare);
  }

  private static boolean isBelow(String path, String parent, String idStart, boolean bare) {
    int last = path.lastIndexOf('/');
    int start = last - parent.length() + 1;
    return start >= 0
        && last + 1 < path.length()
        && path.startsWith(parent, start)
        && path.startsWith(idStart, last + 1)
        && isBase(path, start, bare);
  }

  private static boolean isBase(String path, int end, boolean bare) {
    if (end == 0) {
      return bare;
    }
    int slash = path.lastIndexOf('/', end - 1);
    if (isVersion(path, slash + 1, end)) {
      return true;
    }
    return isName("openai", path, slash + 1, end)
        || bare && isName("models", path, slash + 1, end)
        || path.startsWith("/deployments", slash - "/deployments".length());
  }

  private static boolean isName(String name, String path, int start, int end) {
    return end - start == name.length() && path.startsWith(name, start);
  }

  /** {@code v1}, {@code v4}, {@code v1beta}. */
  private static boolean isVersion(String path, int start, int end) {
    return end - start >= 2
        && path.charAt(start) == 'v'
        && path.charAt(start + 1) >= '0'
        && path.charAt(start + 1) <= '9';
  }
}
