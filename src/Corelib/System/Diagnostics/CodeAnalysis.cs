namespace System.Diagnostics.CodeAnalysis;

/// <summary>Control does not come back from the method.</summary>
public sealed class DoesNotReturnAttribute : Attribute;

/// <summary>A struct's method may return a reference to the struct's own fields.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class UnscopedRefAttribute : Attribute;
