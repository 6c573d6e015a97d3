package io.tokenledger.agent.provider.replicate;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Replicate: predictions are created ({@code POST}) and, where the answer was not waited for, read
 * until they are done ({@code GET}). Lists, cancels and trainings are no calls.
 */
public final class ReplicateProvider implements Provider {
  private static final String CREATE = "/predictions";
  private static final String READ = "/predictions/";

  private final Surface predictions = new PredictionsSurface();

  @Override
  public String name() {
    return "replicate";
  }

  @Override
  public boolean servesHost(String host) {
    return host.equalsIgnoreCase("api.replicate.com");
  }

  @Override
  public Surface surface(String method, String path) {
    boolean call =
        method.equals("POST")
            ? path.endsWith(CREATE)
            : method.equals("GET") && isRead(path, path.lastIndexOf('/') + 1);
    return call ? predictions : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("api.replicate.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /v1/predictions",
        "POST /v1/models/{owner}/{name}/predictions",
        "POST /v1/deployments/{owner}/{name}/predictions",
        "GET /v1/predictions/{id}");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("GET /v1/predictions", "A list of predictions, without their metrics."),
        new NotRead(
            "POST /v1/predictions/{id}/cancel", "Ends a prediction; a read brings metrics."),
        new NotRead("streams of `stream.replicate.com`", "They carry the text and no counts."));
  }

  private static boolean isRead(String path, int id) {
    return id < path.length() && path.startsWith(READ, id - READ.length());
  }
}
