package io.tokenledger.agent.rewrite;

import java.util.List;
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
   * @param arguments the replaced arguments, in their order
   * @param result descriptor of the answer
   * @param resultPoint the tap point that replaces the answer, or {@link #NONE}
   */
  public record Call(String name, List<Argument> arguments, String result, int resultPoint) {

    boolean matches(String calledName, String calledDescriptor) {
      if (!name.equals(calledName)
          || !result.equals(Type.getReturnType(calledDescriptor).getDescriptor())) {
        return false;
      }
      int[] points = points(Type.getArgumentTypes(calledDescriptor));
      int found = 0;
      for (int point : points) {
        found += point == NONE ? 0 : 1;
      }
      return found == arguments.size();
    }

    /** For each argument of the called method the tap point that replaces it, or {@link #NONE}. */
    int[] points(Type[] called) {
      int[] points = new int[called.length];
      int next = 0;
      for (int i = 0; i < called.length; i++) {
        boolean replaced =
            next < arguments.size()
                && arguments.get(next).descriptor().equals(called[i].getDescriptor());
        points[i] = replaced ? arguments.get(next++).point() : NONE;
      }
      return points;
    }
  }

  /**
   * An argument of a call: the first of its type after the one before. Of two that are replaced the
   * later one is first.
   *
   * @param descriptor such as {@code Lokhttp3/Request;}
   * @param point the tap point that replaces it
   */
  public record Argument(String descriptor, int point) {}
}
