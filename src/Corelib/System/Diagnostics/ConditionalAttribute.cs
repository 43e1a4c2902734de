namespace System.Diagnostics;

/// <summary>Calls vanish unless the symbol is defined.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class ConditionalAttribute(string condition) : Attribute
{
    public string ConditionString => condition;
}
