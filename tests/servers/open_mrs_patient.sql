-- Somebody new, called FAMILY, with records of every kind; MARK is the site's. Every number is the same
-- at each site, and lists are found by their UUID.
INSERT INTO person (person_id, gender, birthdate, date_created, creator, uuid) SELECT 7000, 'F',
    '1980-05-06', '2026-11-25 08:00:00', user_id, '0000000MARK-0000-4000-8000-000000000001'
    FROM users WHERE uuid = '1010d442-e134-11de-babe-001e378eb67e';
INSERT INTO patient (patient_id, creator, date_created, allergy_status)
    SELECT person_id, creator, date_created, 'See list' FROM person WHERE person_id = 7000;
INSERT INTO person_name (person_name_id, person_id, given_name, family_name, creator, date_created, uuid)
    SELECT 7000, person_id, 'New', 'FAMILY', creator, date_created,
    '0000000MARK-0000-4000-8000-000000000002' FROM person WHERE person_id = 7000;
INSERT INTO person_address (person_address_id, person_id, address1, creator, date_created, uuid)
    SELECT 7000, person_id, 'Road of FAMILY', creator, date_created,
    '0000000MARK-0000-4000-8000-000000000003' FROM person WHERE person_id = 7000;
INSERT INTO patient_identifier (patient_identifier_id, patient_id, identifier, identifier_type,
    location_id, creator, date_created, uuid) SELECT 7000, p.patient_id, 'ID-FAMILY',
    t.patient_identifier_type_id, l.location_id, p.creator, p.date_created,
    '0000000MARK-0000-4000-8000-000000000004' FROM patient p, location l, patient_identifier_type t
    WHERE p.patient_id = 7000
    AND l.uuid = (SELECT MIN(uuid) FROM location)
    AND t.uuid = (SELECT MIN(uuid) FROM patient_identifier_type);
INSERT INTO visit (visit_id, patient_id, visit_type_id, date_started, creator, date_created, uuid)
    SELECT 7000, p.patient_id, t.visit_type_id, '2026-11-25 08:10:00', p.creator, p.date_created,
    '0000000MARK-0000-4000-8000-000000000005' FROM patient p, visit_type t WHERE p.patient_id = 7000
    AND t.uuid = (SELECT MIN(uuid) FROM visit_type);
INSERT INTO encounter (encounter_id, patient_id, encounter_type, location_id, visit_id,
    encounter_datetime, creator, date_created, uuid) SELECT 7000, p.patient_id, t.encounter_type_id,
    l.location_id, 7000, '2026-11-25 08:20:00', p.creator, p.date_created,
    '0000000MARK-0000-4000-8000-000000000007' FROM patient p, location l, encounter_type t
    WHERE p.patient_id = 7000
    AND l.uuid = (SELECT MAX(uuid) FROM location)
    AND t.uuid = (SELECT MAX(uuid) FROM encounter_type);
INSERT INTO encounter_provider (encounter_provider_id, encounter_id, provider_id, encounter_role_id,
    creator, date_created, uuid) SELECT 7000, e.encounter_id, p.provider_id, r.encounter_role_id,
    e.creator, e.date_created, '0000000MARK-0000-4000-8000-000000000008' FROM encounter e, provider p,
    encounter_role r WHERE e.encounter_id = 7000
    AND p.uuid = (SELECT MIN(uuid) FROM provider) AND r.uuid = (SELECT MIN(uuid) FROM encounter_role);
-- The second order replaces the first; only the first is of a drug.
INSERT INTO orders (order_id, order_type_id, concept_id, orderer, encounter_id, patient_id, care_setting,
    order_number, order_action, creator, date_created, uuid) SELECT 7000, t.order_type_id, c.concept_id,
    p.provider_id, e.encounter_id, e.patient_id, s.care_setting_id, 'ORD-100', 'NEW', e.creator,
    e.date_created, '0000000MARK-0000-4000-8000-000000000009' FROM encounter e, provider p, order_type t,
    concept c, care_setting s WHERE e.encounter_id = 7000
    AND p.uuid = (SELECT MIN(uuid) FROM provider) AND t.uuid = (SELECT MIN(uuid) FROM order_type)
    AND c.uuid = (SELECT MIN(uuid) FROM concept) AND s.uuid = (SELECT MIN(uuid) FROM care_setting);
INSERT INTO drug_order (order_id, drug_inventory_id, dose, dosing_type, brand_name)
    SELECT 7000, drug_id, 1.25, 'org.openmrs.SimpleDosingInstructions', 'Brand of FAMILY'
    FROM drug WHERE uuid = (SELECT MIN(uuid) FROM drug);
INSERT INTO orders (order_id, order_type_id, concept_id, orderer, encounter_id, patient_id, care_setting,
    order_number, order_action, previous_order_id, creator, date_created, uuid) SELECT 7001,
    order_type_id, concept_id, orderer, encounter_id, patient_id, care_setting, 'ORD-101-MARK', 'REVISE',
    order_id, creator, date_created, '0000000MARK-0000-4000-8000-000000000010' FROM orders
    WHERE order_id = 7000;
INSERT INTO test_order (order_id, clinical_history) VALUES (7001, 'History of FAMILY');
-- A group and its member.
INSERT INTO obs (obs_id, person_id, concept_id, encounter_id, order_id, obs_datetime, value_text, creator,
    date_created, uuid) SELECT 7000, o.patient_id, o.concept_id, o.encounter_id, o.order_id,
    '2026-11-25 08:30:00', 'Group of FAMILY', o.creator, o.date_created,
    '0000000MARK-0000-4000-8000-000000000011' FROM orders o WHERE o.order_id = 7000;
INSERT INTO obs (obs_id, person_id, concept_id, encounter_id, obs_datetime, value_numeric, obs_group_id,
    creator, date_created, uuid) SELECT 7001, person_id, concept_id, encounter_id, obs_datetime, 36.65,
    obs_id, creator, date_created, '0000000MARK-0000-4000-8000-000000000012' FROM obs WHERE obs_id = 7000;
INSERT INTO note (note_id, patient_id, encounter_id, text, creator, date_created, uuid) SELECT 7000,
    patient_id, encounter_id, 'Note of FAMILY', creator, date_created,
    '0000000MARK-0000-4000-8000-000000000013' FROM encounter WHERE encounter_id = 7000;
INSERT INTO allergy (allergy_id, patient_id, coded_allergen, allergen_type, creator, date_created, uuid)
    SELECT 7000, patient_id, concept_id, 'DRUG', creator, date_created,
    '0000000MARK-0000-4000-8000-000000000014' FROM orders WHERE order_id = 7000;
INSERT INTO allergy_reaction (allergy_reaction_id, allergy_id, reaction_concept_id, uuid) SELECT 7000,
    7000, coded_allergen, '0000000MARK-0000-4000-8000-000000000015' FROM allergy WHERE allergy_id = 7000;
INSERT INTO conditions (condition_id, patient_id, condition_non_coded, clinical_status, encounter_id,
    creator, date_created, uuid) SELECT 7000, patient_id, 'Condition of FAMILY', 'ACTIVE', encounter_id,
    creator, date_created, '0000000MARK-0000-4000-8000-000000000016' FROM encounter
    WHERE encounter_id = 7000;
INSERT INTO relationship (relationship_id, person_a, relationship, person_b, creator, date_created, uuid)
    SELECT 7000, p.person_id, t.relationship_type_id, o.person_id, p.creator, p.date_created,
    '0000000MARK-0000-4000-8000-000000000017' FROM person p, person o, relationship_type t
    WHERE p.person_id = 7000 AND o.uuid = 'da7f524f-27ce-4bb2-86d6-6d1d05312bd5'
    AND t.uuid = (SELECT MIN(uuid) FROM relationship_type);
INSERT INTO patient_program (patient_program_id, patient_id, program_id, date_enrolled, creator,
    date_created, uuid) SELECT 7000, p.patient_id, g.program_id, '2026-11-25 08:40:00', p.creator,
    p.date_created, '0000000MARK-0000-4000-8000-000000000018' FROM patient p, program g
    WHERE p.patient_id = 7000 AND g.uuid = (SELECT MIN(uuid) FROM program);
INSERT INTO patient_state (patient_state_id, patient_program_id, state, start_date, creator,
    date_created, uuid) SELECT 7000, g.patient_program_id, s.program_workflow_state_id, '2026-11-25',
    g.creator, g.date_created, '0000000MARK-0000-4000-8000-000000000019' FROM patient_program g,
    program_workflow_state s WHERE g.patient_program_id = 7000
    AND s.uuid = (SELECT MIN(uuid) FROM program_workflow_state);
