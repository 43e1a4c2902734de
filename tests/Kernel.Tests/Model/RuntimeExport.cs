namespace System.Runtime;

/// <summary>Names an entry point of the kernel; hosted it means nothing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
