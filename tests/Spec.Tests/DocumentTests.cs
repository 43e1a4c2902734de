using Redoubt.Tests;

namespace Redoubt.Spec.Tests;

/// <summary>The document is what the code says.</summary>
public class DocumentTests
{
    [Fact]
    public void TheDocumentIsUpToDate() => Documents.AssertIsUpToDate("specification.md", Document.Write());
}
