using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Redoubt.Image;

/// <summary>Reads a TOML file into tables that remember where each key stands.</summary>
internal static class TomlDocument
{
    /// <exception cref="UserError">The file can't be read or isn't TOML.</exception>
    public static TomlTable Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(new Position(path, 0), File.Exists(path) ? e.Message : "no such file");
        }

        DocumentSyntax document = SyntaxParser.Parse(text, path, validate: true);
        foreach (DiagnosticMessage message in document.Diagnostics)
            throw new UserError(PositionOf(path, message.Span), message.Message.TrimEnd('.'));

        TomlTable root = new("the file", new Position(path, 0));
        AddAll(root, document.KeyValues, path);
        foreach (TableSyntaxBase syntax in document.Tables)
        {
            Position at = PositionOf(path, syntax.Span);
            List<string> keys = Keys(syntax.Name!);
            TomlTable parent = Descend(root, keys, at);
            TomlTable table = syntax is TableArraySyntax
                ? parent.AppendTable(keys[^1], at)
                : parent.OpenTable(keys[^1], at);
            AddAll(table, syntax.Items, path);
        }

        return root;
    }

    private static void AddAll(TomlTable table, IEnumerable<KeyValueSyntax> items, string path)
    {
        foreach (KeyValueSyntax item in items)
        {
            Position at = PositionOf(path, item.Span);
            List<string> keys = Keys(item.Key!);
            Descend(table, keys, at).Add(keys[^1], Value(item.Value!, at, keys[^1]));
        }
    }

    private static TomlTable Descend(TomlTable table, List<string> keys, Position at)
    {
        foreach (string key in keys.SkipLast(1))
            table = table.OpenTable(key, at);
        return table;
    }

    private static List<string> Keys(KeySyntax key) =>
        [KeyText(key.Key!), .. key.DotKeys.Select(dotted => KeyText(dotted.Key!))];

    private static string KeyText(BareKeyOrStringValueSyntax key) =>
        key is StringValueSyntax quoted ? quoted.Value! : ((BareKeySyntax)key).Key!.Text!;

    private static TomlValue Value(ValueSyntax syntax, Position at, string key)
    {
        at = at with { Line = syntax.Span.Start.Line + 1 };
        switch (syntax)
        {
            case StringValueSyntax text:
                return new TomlValue(text.Value!, at);
            case IntegerValueSyntax integer:
                return new TomlValue(integer.Value, at);
            case BooleanValueSyntax flag:
                return new TomlValue(flag.Value, at);
            case FloatValueSyntax real:
                return new TomlValue(real.Value, at);
            case ArraySyntax array:
                return new TomlValue(array.Items.Select(item => Value(item.Value!, at, key)).ToList(), at);
            case InlineTableSyntax inline:
                TomlTable table = new(key, at);
                AddAll(table, inline.Items.Select(item => item.KeyValue!), at.File);
                return new TomlValue(table, at);
            default:
                throw new UserError(at, $"{key}: dates and times have no meaning here");
        }
    }

    private static Position PositionOf(string path, SourceSpan span) => new(path, span.Start.Line + 1);
}
