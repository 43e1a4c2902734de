using System.Reflection;
using Redoubt.Drawing;
using Redoubt.Typeface;

// redoubt-typeface FILE FACE...: writes an atlas with the faces of Faces that are named.
if (args.Length < 2)
{
    Console.Error.WriteLine("redoubt-typeface: error: usage: redoubt-typeface FILE FACE...");
    return 2;
}

List<uint> faces = [];
foreach (string name in args[1..])
{
    if (typeof(Faces).GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() is not uint face)
    {
        Console.Error.WriteLine($"redoubt-typeface: error: there is no face {name}");
        return 1;
    }

    faces.Add(face);
}

File.WriteAllBytes(args[0], Atlas.Make(faces));
return 0;
