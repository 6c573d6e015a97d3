package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.provider.Surface;

/**
 * Which surface a path of Google's is. A method stands behind the last colon; {@code :countTokens},
 * {@code :batchGenerateContent} and the reads of operations are no calls.
 */
final class GeminiSurfaces {
  private static final Surface GENERATE = new GenerateContentSurface(false);
  private static final Surface STREAM = new GenerateContentSurface(true);
  private static final Surface EMBED = new EmbedContentSurface(null);
  private static final Surface EMBED_UNCOUNTED =
      new EmbedContentSurface("Models before gemini-embedding-2 count nothing.");
  private static final Surface PREDICT = new PredictSurface("embedding", null);
  private static final Surface IMAGES = new PredictSurface("image", "Imagen counts nothing.");
  private static final Surface VIDEOS = new PredictSurface("video", "Veo counts nothing.");
  private static final Surface INTERACTIONS = new InteractionsSurface();
  private static final Surface BATCH = new BatchSurface();
  private static final Surface BATCH_RESULTS = new BatchResultsSurface();

  private GeminiSurfaces() {}

  /** The surface, or null. */
  static Surface of(String method, String path) {
    Surface surface = action(method, path);
    if (surface != null) {
      return surface;
    }
    if (method.equals("POST")) {
      return isInteractions(path) ? INTERACTIONS : null;
    }
    if (!method.equals("GET")) {
      return null;
    }
    if (isBelow(path, "/interactions/")) {
      return INTERACTIONS;
    }
    if (path.endsWith(":download") && path.contains("/files/")) {
      return BATCH_RESULTS;
    }
    // Other providers' batches are job objects; only Google's hold the results.
    return isBelow(path, "/batches/") && path.startsWith("/v1beta") ? BATCH : null;
  }

  /** The surface of a method behind a colon, or null. */
  static Surface action(String method, String path) {
    int colon = path.lastIndexOf(':');
    if (colon < 0 || !method.equals("POST")) {
      return null;
    }
    if (isAction(path, colon, "generateContent")) {
      return GENERATE;
    }
    if (isAction(path, colon, "streamGenerateContent")) {
      return STREAM;
    }
    if (isAction(path, colon, "embedContent") || isAction(path, colon, "batchEmbedContents")) {
      return path.contains("/embedding-001:")
              || path.contains("/gemini-embedding-001:")
              || path.contains("/text-embedding-004:")
          ? EMBED_UNCOUNTED
          : EMBED;
    }
    if (isAction(path, colon, "predict")) {
      return path.contains("/imagen") || path.contains("/imagegeneration") ? IMAGES : PREDICT;
    }
    return isAction(path, colon, "predictLongRunning") ? VIDEOS : null;
  }

  /**
   * A word of anybody's API: a version must stand before it, unless a configured prefix took it.
   */
  private static boolean isInteractions(String path) {
    return path.endsWith("/interactions") && (path.startsWith("/v1") || path.indexOf('/', 1) < 0);
  }

  private static boolean isAction(String path, int colon, String action) {
    return path.length() - colon - 1 == action.length() && path.endsWith(action);
  }

  /** One name below a folder, and nothing below that. */
  private static boolean isBelow(String path, String folder) {
    int name = path.lastIndexOf('/') + 1;
    return name < path.length() && path.startsWith(folder, name - folder.length());
  }
}
