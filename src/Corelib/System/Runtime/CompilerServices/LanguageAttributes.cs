namespace System.Runtime.CompilerServices;

// What C# writes into the IL for a language construct. Those missing here, the C# compiler adds to each assembly by itself.

/// <summary>On the class and the methods of extension methods.</summary>
public sealed class ExtensionAttribute : Attribute;

/// <summary>On <c>fixed</c> buffers.</summary>
public sealed class FixedBufferAttribute(Type elementType, int length) : Attribute
{
    public Type ElementType => elementType;
    public int Length => length;
}

/// <summary>On the type behind a <c>fixed</c> buffer.</summary>
public sealed class UnsafeValueTypeAttribute : Attribute;

/// <summary>On <c>init</c> accessors.</summary>
public static class IsExternalInit;

/// <summary>On <c>volatile</c> fields.</summary>
public static class IsVolatile;

/// <summary>On tuples with element names.</summary>
public sealed class TupleElementNamesAttribute(string[] names) : Attribute
{
    public string[] Names => names;
}

/// <summary>On <c>required</c> members.</summary>
public sealed class RequiredMemberAttribute : Attribute;

/// <summary>On constructors of types with <c>required</c> members.</summary>
public sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    public string FeatureName => featureName;
}
