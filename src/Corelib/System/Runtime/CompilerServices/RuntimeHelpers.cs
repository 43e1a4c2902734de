namespace System.Runtime.CompilerServices;

public static class RuntimeHelpers
{
    /// <summary>C# compiles <c>ReadOnlySpan&lt;int&gt; X => [1, 2]</c> to this; ILC makes it an address and a length.</summary>
    [Intrinsic]
    public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle field) => CreateSpan<T>(field);
}
