using System.Reflection;

namespace Redoubt.Spec;

/// <summary>The fields that a class declares.</summary>
internal static class FieldList
{
    public static Field[] Of(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<Field>()];
}
