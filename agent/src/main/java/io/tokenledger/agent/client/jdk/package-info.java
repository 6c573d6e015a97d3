/**
 * The tap on {@code java.net.http.HttpClient}.
 *
 * <p>One call of the application is one {@code MultiExchange} of the JDK, whatever redirects,
 * authentication rounds and retries happen inside it, and one {@link
 * io.tokenledger.agent.exchange.Exchange} of ours:
 *
 * <pre>
 * HttpClientImpl.sendAsync   begin: the application's BodyHandler is replaced by a TeeBodyHandler
 *   Http1Request, Stream     the BodyPublisher that they subscribe to is replaced by a TeeBodyPublisher
 *   BodyHandler.apply        head of the final response; its BodySubscriber gets a TeeBodySubscriber
 *   onNext                   pieces of the body
 * first of
 *   onComplete, onError      end, failure
 *   Subscription.cancel      the application closed the body early
 *   MultiExchange.cancel     the application cancelled the future, or was interrupted in send
 *   completion of the call   failure before or without a body
 * </pre>
 */
package io.tokenledger.agent.client.jdk;
