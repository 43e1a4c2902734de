using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Tests;

public sealed class SourceLinesTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("\n  \n// a\n/// b\n", 0)]
    [InlineData("a\n\nb // c\n", 2)]
    [InlineData("/* a\nb\n*/ c\n", 1)]
    [InlineData("a /* b */ c /*\n*/\n", 1)]
    [InlineData("\"// no comment\"\n'/' /* c\n*/", 2)]
    [InlineData("\"\\\"/*\"\na", 2)]
    public void CountsLinesWithCode(string text, int lines)
    {
        Assert.Equal(lines, SourceLines.Count(text));
    }
}
