package io.tokenledger.agent.rewrite;

import org.objectweb.asm.Type;

/**
 * What {@link MethodRewriter} adds to one method of a client. The state that {@link #begin} brings
 * lives from the method's entry to its exit, return or throw.
 *
 * <pre>{@code
 * Object state = bridge.begin(begin, first, second);
 * try {
 *   argument = bridge.replace(entryPoint, argument, state);   // each of entryArguments
 *   ... client.call(x, bridge.replace(callPoint, y, state), z) ...
 *   return bridge.replace(returned, response, state);
 * } catch (Throwable t) {
 *   bridge.replace(thrown, t, state);
 *   throw t;
 * }
 * }</pre>
 *
 * @param className internal name of the class
 * @param method name of the instance method
 * @param descriptor its descriptor: arguments and result are references
 * @param begin the tap point that begins
 * @param first number of the argument to begin with, from 1; 0 is the instance
 * @param second as {@code first}, or {@link #NONE}
 * @param entryArguments numbers of the arguments replaced at entry, by the tap points that follow
 *     {@code entryPoint}, one each
 * @param entryPoint the tap point of the first of them
 * @param call the call inside the method whose argument and answer are replaced, or null
 * @param returned the tap point that sees what the method returns
 * @param thrown the tap point that sees what the method throws
 */
public record MethodPlan(
    String className,
    String method,
    String descriptor,
    int begin,
    int first,
    int second,
    int[] entryArguments,
    int entryPoint,
    Call call,
    int returned,
    int thrown) {
  /** No argument, or no tap point. */
  public static final int NONE = -1;

  /**
   * A call that the method must make, exactly once in its code.
   *
   * @param name of the called method, whatever class owns it
   * @param argument descriptor of the replaced argument, such as {@code Lokhttp3/Request;}
   * @param result descriptor of the answer
   * @param argumentPoint the tap point that replaces the argument
   * @param resultPoint the tap point that replaces the answer, or {@link #NONE}
   */
  public record Call(
      String name, String argument, String result, int argumentPoint, int resultPoint) {

    boolean matches(String calledName, String calledDescriptor) {
      return name.equals(calledName)
          && result.equals(Type.getReturnType(calledDescriptor).getDescriptor())
          && argumentIndex(calledDescriptor) >= 0;
    }

    int argumentIndex(String calledDescriptor) {
      Type[] arguments = Type.getArgumentTypes(calledDescriptor);
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i].getDescriptor().equals(argument)) {
          return i;
        }
      }
      return NONE;
    }
  }
}
