namespace System.Reflection;

/// <summary>C# marks types that have an indexer with it.</summary>
public sealed class DefaultMemberAttribute(string memberName) : Attribute
{
    public string MemberName => memberName;
}
