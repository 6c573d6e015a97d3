package io.tokenledger.agent.provider;

/**
 * A request that is a model call.
 *
 * @param provider the {@code provider} column
 * @param surface what to read from request and response, and how
 * @param billed false when another place already counts the money: an unlisted host, or a gateway
 *     that the configuration says is metered itself
 * @param endpoint the provider's own path, without what a configured prefix put before it
 * @param host the host that is called, without port
 * @param listed false when the path alone made it a call, on a host that nobody listed
 */
public record RecognisedCall(
    String provider,
    Surface surface,
    boolean billed,
    String endpoint,
    String host,
    boolean listed) {}
