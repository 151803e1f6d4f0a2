-- Whether a file of one of these importers was landed for this account or store.
SELECT 1 FROM file WHERE context = $owner AND list_contains($rivals, importer) LIMIT 1
